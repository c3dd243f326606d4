import { expect, test } from 'vitest'
import reference from '../../../../reference/oracles/random.json' with { type: 'json' }
import { toNormals } from './inverse-normal.ts'

test('toNormals is within 1e-6 of the exact quantiles, at the ends and where its formulas meet', () => {
  const words = Int32Array.from(reference.quantiles, ({ word }) => word)
  const out = new Float32Array(words.length)
  toNormals(words, out)
  const errors = reference.quantiles.map(({ normal }, i) => Math.abs(normal - (out[i] as number)))
  expect(Math.max(...errors)).toBeLessThan(1e-6)
})

test('toNormals is odd and rises with its words', () => {
  const count = 20_000
  const words = Int32Array.from({ length: count }, (_, i) => Math.round(((i + 0.5) / count - 0.5) * 2 ** 32))
  const [out, mirrored] = [new Float32Array(count), new Float32Array(count)]
  toNormals(words, out)
  toNormals(
    words.map((word) => ~word),
    mirrored,
  )
  expect(mirrored).toEqual(out.map((x) => -x))
  expect(out.every((x, i) => i === 0 || x > (out[i - 1] as number))).toBe(true)
})
