// Sums over the rows or the columns of a matrix whose numbers may be computed on the way, e.g. the loss of each feature.
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { drawOne } from './draw.ts'
import { longSum } from './long-sum.ts'
import { getter } from './shader-source.ts'

/** A matrix that is summed. */
export interface Summands {
  /** Its shape. */
  readonly shape: readonly [rows: number, columns: number]
  /** What it is computed from. */
  readonly inputs: Readonly<Record<string, TensorInfo>>
  /** GLSL functions, if its texels need any. */
  readonly functions?: string
  /** GLSL of the texel at `int row` and `int column`. */
  readonly texel: string
}

/** What is summed over: the rows of each column, or the columns of each row. */
export type Axis = 'rows' | 'columns'

/** The sum of each row, `[rows]`, owned by the caller. */
export function sumRows(backend: MathBackendWebGL, summands: Summands): TensorInfo {
  const short = shorten(backend, summands, 'columns')
  const [rows] = short.summands.shape
  const functions = sumFunction('rowSums', short.summands, 'columns')
  const { inputs } = short.summands
  const sums = drawOne(backend, { inputs, functions, shape: [rows], texel: 'vec4(rowSums(at.y), 0, 0)' })
  short.dispose()
  return sums
}

/** A matrix with the same sums as another one. */
export interface Short {
  /** With at most 128 numbers a sum. */
  readonly summands: Summands
  /** Releases what was made for it. */
  dispose(): void
}

/**
 * A matrix with the same sums in which each is one of few numbers: a fragment adds them up alone, and there are too few
 * sums to keep a GPU busy with long ones. The matrix itself where they are few already.
 *
 * @param summands borrowed
 * @param name what the short one calls its input in GLSL
 */
export function shorten(backend: MathBackendWebGL, summands: Summands, axis: Axis, name = 'parts'): Short {
  const [rows, columns] = summands.shape
  const length = axis === 'rows' ? rows : columns
  if (length <= longest) return { summands, dispose: () => undefined }
  const partLength = 2 * Math.ceil(Math.max(Math.sqrt(length), length / longest) / 2)
  const count = Math.ceil(length / partLength)
  const shape = axis === 'rows' ? ([count, columns] as const) : ([rows, count] as const)
  const texel =
    axis === 'rows'
      ? 'vec4(partSums(at.x, at.y), partSums(at.x + 1, at.y))'
      : 'vec4(partSums(at.y, at.x), partSums(at.y + 1, at.x)).xzyw'
  const functions = partFunction('partSums', summands, axis, partLength)
  const parts = drawOne(backend, { inputs: summands.inputs, functions, shape, texel })
  return {
    summands: { shape, inputs: { [name]: parts }, texel: `${getter(name)}(row, column)` },
    dispose: () => backend.disposeIntermediateTensorInfo(parts),
  }
}

const longest = 128

/**
 * GLSL of a function `vec2 name(int place)` that gives the sums of the two rows, or columns, that begin with an even place.
 *
 * @param summands with few numbers a sum, as `shorten` gives them
 */
export function sumFunction(name: string, summands: Summands, axis: Axis): string {
  const length = summands.shape[axis === 'rows' ? 0 : 1]
  return `
    ${partFunction(`${name}OfPart`, summands, axis, length)}
    vec2 ${name}(int place) { return ${name}OfPart(0, place); }`
}

/** GLSL of `vec2 name(int part, int place)`: the same for one part of those rows, or columns. */
function partFunction(
  name: string,
  { shape: [rows, columns], functions = '', texel }: Summands,
  axis: Axis,
  partLength: number,
): string {
  const overRows = axis === 'rows'
  const length = overRows ? rows : columns
  const hasEdge = length % 2 === 1 || length % partLength !== 0
  // What lies beyond the edge may be anything, so that it cannot be added and taken away again.
  const clear = `
    if (along + 1 >= ${length}) texel.${overRows ? 'zw' : 'yw'} = vec2(0);
    if (along >= ${length}) texel = vec4(0);`
  const add = `
    int along = part * ${partLength} + 2 * i;
    vec4 texel = ${name}Texel(${overRows ? 'along, place' : 'place, along'});
    ${hasEdge ? clear : ''}
    sum += texel;`
  return `
    ${functions}
    vec4 ${name}Texel(int row, int column) { return ${texel}; }
    vec2 ${name}(int part, int place) {
      ${longSum(Math.ceil(partLength / 2), add)}
      return ${overRows ? 'total.xy + total.zw' : 'total.xz + total.yw'};
    }`
}
