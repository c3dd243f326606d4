// Numbers of a JSON body as one array.
import { type Shape, ShapeError, sizeOfShape } from '@ae/core'
import { show } from '@ae/core/internal'

/** Rows of numbers. */
export interface NumberRows {
  /** One row after the other. */
  readonly values: Float32Array
  readonly count: number
}

/**
 * Reads nested lists.
 *
 * @param operation for the message
 * @param name of the member, for the message
 * @param value `[count, ...shape]`, `[count, size]`, or one row of either form
 * @param shape of one row
 * @throws {ShapeError} when the lists have another shape, or hold what is not a finite number
 */
export function readNumbers(operation: string, name: string, value: unknown, shape: Shape): NumberRows {
  const received = shapeOf(value)
  const size = sizeOfShape(shape)
  const isOne = equal(received, shape) || equal(received, [size])
  const [count = 0, ...own] = isOne ? [1, ...received] : received
  if (!isOne && (count === 0 || !(equal(own, shape) || equal(own, [size])))) {
    throw new ShapeError(`\`${operation}\` received \`${name}\` of the wrong shape.`, {
      facts: {
        Expected: `lists of numbers [count, ${shape.join(', ')}]${shape.length > 1 ? ` or [count, ${size}]` : ''}`,
        Received: Array.isArray(value) ? `[${received.join(', ')}]` : show(value),
      },
      fix: `pass at least one row, each with ${size} numbers`,
    })
  }
  const values = new Float32Array(count * size)
  let at = 0
  const fill = (list: unknown, depth: number, place: readonly number[]) => {
    const length = received[depth] as number
    if (!Array.isArray(list) || list.length !== length) {
      throw irregular(operation, name, place, `a list of ${length}`, list)
    }
    if (depth < received.length - 1) {
      for (let i = 0; i < length; i++) fill(list[i], depth + 1, [...place, i])
      return
    }
    for (let i = 0; i < length; i++) {
      const number: unknown = list[i]
      if (typeof number !== 'number' || !Number.isFinite(Math.fround(number))) {
        throw irregular(operation, name, [...place, i], 'a finite number', number)
      }
      values[at++] = number
    }
  }
  fill(value, 0, [])
  return { values, count }
}

/** The lengths of a list and of the first items in it. */
function shapeOf(value: unknown): number[] {
  const shape: number[] = []
  for (let item = value; Array.isArray(item) && shape.length < 8; item = item[0]) shape.push(item.length)
  return shape
}

function irregular(operation: string, name: string, place: readonly number[], expected: string, value: unknown) {
  const found = Array.isArray(value) ? `a list of ${value.length}` : show(value)
  return new ShapeError(`\`${operation}\` received a bad item in \`${name}\`.`, {
    facts: { Expected: expected, Received: `${found} at ${name}${place.map((index) => `[${index}]`).join('')}` },
    fix: 'pass lists of the same length, of finite numbers only',
  })
}

function equal(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis])
}
