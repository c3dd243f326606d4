import { normals, OptionError } from '@ae/core'
import { shapeFactors, shapes } from '@ae/datasets'
import { expectClose } from '@ae/library/testing'
import { describe, expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/representation.json' with { type: 'json' }
import { betaVaeScore } from './beta-vae-score.ts'
import type { Codes } from './codes.ts'
import { dci } from './dci.ts'
import { factorVaeScore } from './factor-vae-score.ts'
import { mig, modularity } from './mig.ts'
import { sap } from './sap.ts'

describe.each(oracle.disentanglement.map((one, i) => ({ i, ...one })))('codes $i of the oracle', (one) => {
  const { codes, factors, library } = one
  const train = { codes: codes.slice(0, one.train), factors: factors.slice(0, one.train) }
  const test_ = { codes: codes.slice(one.train), factors: factors.slice(one.train) }

  test('have the MIG and the modularity of disentanglement_lib', async () => {
    const { value, factors: gaps } = await mig(codes, factors)
    expect(value).toBeCloseTo(library.mig, 8)
    expectClose(
      gaps.map(({ gap }) => gap),
      one.gaps,
      { absolute: 1e-8 },
    )
    expect((await modularity(codes, factors)).value).toBeCloseTo(library.modularity, 8)
  })

  test('have the SAP scores of disentanglement_lib', async () => {
    for (const prediction of ['accuracy', 'squaredCorrelation'] as const) {
      const { value, scores } = await sap(train, test_, { prediction })
      expect(value).toBeCloseTo(library.sap[prediction], 8)
      expectClose(scores, one.sap[prediction].scores, { absolute: 1e-8 })
    }
  })

  test('have the DCI scores that the trees of scikit-learn give', async () => {
    for (const expected of one.dci) {
      const { rounds, depth, spread } = expected
      const found = await dci(train, test_, { rounds, depth })
      // scikit-learn draws among splits that are equally good: no closer than its seeds are to each other.
      const absolute = Math.max(1e-8, 2 * spread)
      expectClose(found.importances, expected.importances, { absolute })
      for (const name of ['disentanglement', 'completeness'] as const) {
        expect(Math.abs(found[name].value - expected[name])).toBeLessThanOrEqual(absolute)
      }
      const share = spread < 1e-8 ? 1e-8 : 0.02
      for (const name of ['informativeness', 'trainInformativeness'] as const) {
        expect(Math.abs(found[name].value - expected[name])).toBeLessThanOrEqual(share)
      }
    }
  })

  test('have the scores of the beta-VAE and of FactorVAE that NumPy and scikit-learn give for the same draws', async () => {
    const { value: beta, ...betaOptions } = one.betaVaeScore
    expect((await betaVaeScore(codes, factors, betaOptions)).value).toBeCloseTo(beta, 8)
    const { value: factor, ...factorOptions } = one.factorVaeScore
    expect((await factorVaeScore(codes, factors, factorOptions)).value).toBeCloseTo(factor, 8)
  })
})

describe('codes whose scores are known', () => {
  const { labels } = shapes()
  const factors = shapeFactors(labels)
  const few = { votes: 300, testVotes: 200 }

  /** The factors themselves, perhaps turned in pairs, perhaps with others in their place. */
  function codesOf(change: (row: readonly number[], i: number) => readonly number[]): Codes {
    const rows = Array.from(labels, (_, i) => change([...factors.values.subarray(i * 5, i * 5 + 5)], i))
    return { values: Float64Array.from(rows.flat()), count: labels.length, codeSize: 5 }
  }
  const perfect = codesOf((row) => row)
  const turned = codesOf(([shape = 0, scale = 0, angle = 0, x = 0, y = 0]) => [shape, scale, angle, x + y, x - y])
  const noise = normals('noise', { seed: 1 }, labels.length * 5)
  const random = codesOf((_, i) => [...noise.subarray(i * 5, i * 5 + 5)])

  /** Every eighth example. */
  const some = ({ values, codeSize }: Codes) => ({
    codes: {
      values: Float64Array.from(values).filter((_, i) => Math.floor(i / codeSize) % 7 === 0),
      count: 878,
      codeSize,
    },
    factors: { ...factors, values: factors.values.filter((_, i) => Math.floor(i / 5) % 7 === 0) },
  })

  test('are 1 where each latent is a factor', async () => {
    expect((await mig(perfect, factors)).value).toBeCloseTo(1, 10)
    expect((await modularity(perfect, factors)).value).toBeCloseTo(1, 10)
    const part = some(perfect)
    expect((await sap(part, part, { prediction: 'squaredCorrelation' })).value).toBeCloseTo(1, 1)
    // A line on one latent tells only the outermost values of a factor.
    expect((await sap(part, part)).value).toBeLessThan(0.5)
    const { disentanglement, completeness, informativeness } = await dci(part, part, { rounds: 5 })
    expect([disentanglement.value, completeness.value, informativeness.value]).toEqual([
      expect.closeTo(1, 6),
      expect.closeTo(1, 6),
      1,
    ])
    expect((await betaVaeScore(perfect, factors, few)).value).toBe(1)
    expect((await factorVaeScore(perfect, factors, few)).value).toBe(1)
  })

  test('are near 0, or chance, where the latents are noise', async () => {
    expect((await mig(random, factors)).value).toBeLessThan(0.01)
    const part = some(random)
    expect((await sap(part, part, { prediction: 'squaredCorrelation' })).value).toBeLessThan(0.02)
    const { disentanglement, completeness } = await dci(part, some(random), { rounds: 5 })
    expect(disentanglement.value).toBeLessThan(0.2)
    expect(completeness.value).toBeLessThan(0.2)
    expect((await betaVaeScore(random, factors, few)).value).toBeLessThan(0.35)
    expect((await factorVaeScore(random, factors, few)).value).toBeLessThan(0.45)
  })

  test('fall where two factors are turned into two latents', async () => {
    const { value, factors: gaps } = await mig(turned, factors)
    expect(value).toBeCloseTo(3 / 5, 2)
    expect(gaps.map(({ gap }) => Math.round(gap * 100))).toEqual([100, 100, 100, 0, 0])
    expect((await modularity(turned, factors)).value).toBeLessThan(0.95)
    const part = some(turned)
    expect((await sap(part, part, { prediction: 'squaredCorrelation' })).value).toBeCloseTo(3 / 5, 1)
    expect((await factorVaeScore(turned, factors, few)).value).toBeLessThan(0.9)
  })

  test('say which latent tells each factor', async () => {
    const gaps = (await mig(perfect, factors)).factors
    expect(gaps.map(({ name, latent }) => `${name} ${latent}`)).toEqual([
      'shape 0',
      'scale 1',
      'orientation 2',
      'x 3',
      'y 4',
    ])
  })

  test('are the same for the same seed, and not for another', async () => {
    const options = { ...few, seed: 4 }
    expect(await betaVaeScore(random, factors, options)).toEqual(await betaVaeScore(random, factors, options))
    expect((await betaVaeScore(random, factors, options)).value).not.toBe(
      (await betaVaeScore(random, factors, few)).value,
    )
  })
})

// biome-ignore format: rows of numbers
const codes = [[0, 1], [1, 0], [2, 2]]
// biome-ignore format: rows of numbers
const factors = [[0, 1], [1, 0], [1, 1]]

test.each<[string, () => Promise<unknown>]>([
  ['codes of one entry', () => mig([[0], [1], [2]], factors)],
  [
    'a factor that never varies',
    () =>
      modularity(codes, [
        [0, 1],
        [0, 0],
        [0, 1],
      ]),
  ],
  ['one factor where two are needed', () => modularity(codes, [[0], [1], [1]])],
  [
    'too few rows of factors',
    () =>
      mig(codes, [
        [0, 1],
        [1, 0],
      ]),
  ],
  [
    'factors that are not integers',
    () =>
      betaVaeScore(codes, [
        [0, 1],
        [1, 0.5],
        [1, 1],
      ]),
  ],
  ['codes without factors', () => dci({ codes } as never, { codes, factors })],
  ['test codes of another length', () => sap({ codes, factors }, { codes: [[1]], factors: [[1, 1]] })],
  ['test codes with other factors', () => sap({ codes, factors }, { codes, factors: [[0], [1], [1]] })],
  ['latents that hardly vary', () => factorVaeScore(codes, factors, { threshold: 10 })],
  ['votes of one example', () => factorVaeScore(codes, factors, { examples: 1 })],
  ['trees of 7 levels', () => dci({ codes, factors }, { codes, factors }, { depth: 7 })],
])('%s are refused', async (_title, run) => {
  await expect(run()).rejects.toThrow(OptionError)
})

test('the errors of scores say what to pass', async () => {
  await expect(mig([[0], [1], [2]], factors)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`mig\` received codes of one entry, among which none is the second best.

    Expected: codes of at least 2 entries
    Received: 1
    Fix:      pass codes of a model with 2 latents or more]
  `)
  await expect(
    mig(codes, { names: ['a', 'b'], values: [0, 1, 0, 0, 0, 1] }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`mig\` received a factor that never varies.

    Expected: at least two values of each factor
    Received: a is always 0
    Fix:      leave the factor out, or pass examples with other values of it]
  `)
  await expect(
    mig(codes, [
      [0, 1],
      [1, 0],
    ]),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`mig\` received the wrong number of \`factors\`.

    Expected: 3, one for each code
    Received: 2
    Fix:      pass codes, labels and factors of the same examples]
  `)
  await expect(mig(codes, 'factors' as never)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`mig\` received bad \`factors\`.

    Expected: { names, values }, a tensor [count, factors], or an array of rows
    Received: "factors"
    Fix:      pass e.g. shapeFactors(labels) of @ae/datasets]
  `)
  await expect(
    mig({ values: new Float32Array(5), count: 2, codeSize: 2 }, factors),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`mig\` received bad \`codes\`.

    Expected: codes of encodeAll, a tensor [count, codeSize], or an array of rows
    Received: 5 values for 2 rows of 2
    Fix:      pass await encodeAll(model, data)]
  `)
  await expect(mig([[0, 1], [1], [2, 2]], factors)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`mig\` received \`codes\` whose rows differ in length.

    Expected: 2 numbers, as in row 0
    Received: 1 in row 1
    Fix:      pass rows of one length]
  `)
  await expect(factorVaeScore(codes, factors, { threshold: 10 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`factorVaeScore\` received codes in which no latent varies enough.

    Expected: a standard deviation above 0 and of at least 10
    Received: at most 1.00
    Fix:      pass a smaller threshold, or codes of a model whose latents vary]
  `)
})
