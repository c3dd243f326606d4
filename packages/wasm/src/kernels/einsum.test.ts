import { expectClose } from '@ae/library/testing'
import { einsum, tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, numbers } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const lengths: Readonly<Record<string, number>> = { b: 2, h: 3, q: 4, k: 5, d: 6, i: 3, j: 4, l: 1, z: 0 }

describe('the sums are those of the definition', () => {
  test.each([
    'bqd,bkd->bqk',
    'bqhd,bkhd->bhqk',
    'bhqk,bkhd->bqhd',
    'ij,jk->ik',
    'ij,jk->ki',
    'ij,kj->',
    'ij,ij->ij',
    'ij,ij->i',
    'i,j->ij',
    'i,->i',
    ',->',
    'ijl,lk->kj',
    'ij,kd->jd',
    'ij->ji',
    'ij->j',
    'ijk->',
    'ij->ij',
    '->',
    ' i j , j k -> i k ',
    'iz,zj->ij',
    'zi,ij->zj',
  ])('%s', (equation) => {
    const [left = '', output = ''] = equation.replaceAll(' ', '').split('->')
    const terms = left.split(',').map((axes, index) => {
      const shape = [...axes].map(lengthOf)
      return { axes, shape, values: numbers(`x${index}`, sizeOf(axes)) }
    })
    const expected = definition(terms, output)
    expectNoLeak(() => {
      const inputs = terms.map(({ values, shape }) => floats(values, shape))
      const result = einsum(equation, ...inputs)
      expect(result.shape).toEqual([...output].map(lengthOf))
      expectClose(result.dataSync<'float32'>(), expected, { absolute: 1e-5 })
      for (const one of [result, ...inputs]) one.dispose()
    })
  })
})

test('integers are summed exactly', () => {
  const [a, b] = [tensor([2 ** 24 + 1, 1], [1, 2], 'int32'), tensor([1, 2, 1, 1], [2, 2], 'int32')]
  const result = einsum('ij,jk->ik', a, b)
  expect([result.dtype, result.arraySync()]).toEqual(['int32', [[2 ** 24 + 2, 2 ** 25 + 3]]])
})

test('a result that is its input is another tensor', () => {
  const x = tensor([1, 2, 3, 4], [2, 2])
  einsum('ij->ij', x).dispose()
  expect(x.arraySync()).toEqual([
    [1, 2],
    [3, 4],
  ])
})

test.each([
  ['ij,jk', 'Expecting exactly one arrow'],
  ['ij,jk->ik->i', 'Expecting exactly one arrow'],
  ['ij->ji', 'Expected 1 input tensors, received 2'],
  ['ij,k->ik', "'k' is not one letter for each axis of [3,4]"],
  ['ii,jk->ik', "'ii' names an axis twice, which is not implemented yet"],
  ['ij,jk->ik', "'j' needs dimension 3 at axis 0 of the input shaped [4,5]"],
  ['ij,kl->in', 'the output has an axis that no input has'],
  ['ij,kl->ii', 'the output names an axis twice'],
])('%s is refused: %s', (equation, reason) => {
  const inputs = [floats(numbers('a', 9), [3, 3]), floats(numbers('b', 12), [3, 4])]
  if (equation === 'ij,jk->ik') inputs[1] = floats(numbers('b', 20), [4, 5])
  expectNoLeak(() => {
    expect(() => einsum(equation, ...inputs)).toThrow(`Reason:   ${reason}`)
  })
})

test('the refusal names the equation and the shapes', () => {
  const x = floats(numbers('a', 6), [2, 3])
  expect(() => einsum('ij,jk,kl->il', x, x, x)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`einsum\` received an equation that it cannot compute for these tensors.

    Equation: ij,jk,kl->il
    Shapes:   [2,3], [2,3], [2,3]
    Reason:   Expecting 1 or 2 input tensors
    Fix:      name each axis by a letter, e.g. tf.einsum('bqd,bkd->bqk', queries, keys)]
  `)
})

function lengthOf(axis: string): number {
  return lengths[axis] ?? 0
}

function sizeOf(axes: string): number {
  return [...axes].reduce((size, axis) => size * lengthOf(axis), 1)
}

/** All axes as one counter. */
function definition(terms: readonly { axes: string; values: readonly number[] }[], output: string): number[] {
  const all = [...new Set(terms.map(({ axes }) => axes).join('') + output)]
  const sums: number[] = new Array(sizeOf(output)).fill(0)
  for (let count = 0; count < sizeOf(all.join('')); count++) {
    let rest = count
    const at: Record<string, number> = {}
    for (const axis of all) {
      at[axis] = rest % lengthOf(axis)
      rest = Math.floor(rest / lengthOf(axis))
    }
    const placeIn = (axes: string) => [...axes].reduce((place, axis) => place * lengthOf(axis) + (at[axis] ?? 0), 0)
    const product = terms.reduce((result, { axes, values }) => result * (values[placeIn(axes)] ?? 0), 1)
    sums[placeIn(output)] = (sums[placeIn(output)] ?? 0) + product
  }
  return sums
}
