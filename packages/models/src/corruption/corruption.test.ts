import { expectClose, expectNoLeak } from '@ae/library/testing'
import '@tensorflow/tfjs-backend-cpu'
import { normals, uniforms } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Corruption, gaussianNoise, maskingNoise, saltAndPepperNoise } from './corruption.ts'
import { corruptionFromConfig } from './corruption-config.ts'

beforeAll(() => tf.setBackend('cpu'))

const address = { seed: 3, step: 7 }
const half = (count = 5000) => tf.fill([count / 10, 5, 2], 0.5)
const values = (corruption: Corruption, at = address, x = half()) => [...corruption.corrupt(x, at).dataSync()]
const share = (spoilt: readonly number[], value: number) => spoilt.filter((v) => v === value).length / spoilt.length
const corruptions = { gaussianNoise, maskingNoise, saltAndPepperNoise }

describe('gaussianNoise', () => {
  test('adds the numbers of the stream corruption, times the standard deviation, and clips nothing', () => {
    const noise = normals('corruption', address, 5000)
    const noisy = values(gaussianNoise({ standardDeviation: 0.5 }))
    expectClose(
      noisy,
      [...noise].map((n) => 0.5 + 0.5 * n),
      { absolute: 1e-6 },
    )
    expect(Math.min(...noisy)).toBeLessThan(0)
    expect(Math.max(...noisy)).toBeGreaterThan(1)
  })

  test('has a standard deviation of 0.3 unless told otherwise, as the tutorial', () => {
    const noisy = values(gaussianNoise())
    const variance = noisy.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / noisy.length
    expect(Math.sqrt(variance)).toBeCloseTo(0.3, 1)
    expect(gaussianNoise().config).toEqual({ kind: 'gaussianNoise', standardDeviation: 0.3 })
  })
})

describe('maskingNoise', () => {
  test('sets the share `rate` of features to 0 and leaves the others, by the numbers of the stream corruption', () => {
    const masked = values(maskingNoise({ rate: 0.4 }))
    expect(masked).toEqual([...uniforms('corruption', address, 5000)].map((u) => (u < 0.4 ? 0 : 0.5)))
    expect(share(masked, 0)).toBeCloseTo(0.4, 1)
  })

  test('takes the rate in float64: one a trace above a number that was drawn masks it, one that equals it does not', () => {
    const drawn = uniforms('corruption', address, 5000)
    for (const index of [0, 1, 2, 3]) {
      const rate = Number(drawn[index])
      expect(values(maskingNoise({ rate }))[index]).toBe(0.5)
      expect(values(maskingNoise({ rate: rate + 1e-12 }))[index]).toBe(0)
    }
  })

  test('masks nothing at 0 and everything at 1', () => {
    expect(share(values(maskingNoise({ rate: 0 })), 0.5)).toBe(1)
    expect(share(values(maskingNoise({ rate: 1 })), 0)).toBe(1)
  })
})

describe('saltAndPepperNoise', () => {
  test('sets half of the share `rate` to 0 and half to 1, and leaves the others', () => {
    const spoilt = values(saltAndPepperNoise({ rate: 0.5 }))
    expect(share(spoilt, 0)).toBeCloseTo(0.25, 1)
    expect(share(spoilt, 1)).toBeCloseTo(0.25, 1)
    expect(share(spoilt, 0) + share(spoilt, 1) + share(spoilt, 0.5)).toBe(1)
    expect(share(values(saltAndPepperNoise({ rate: 0 })), 0.5)).toBe(1)
    expect(share(values(saltAndPepperNoise({ rate: 1 })), 0.5)).toBe(0)
  })
})

describe.each(Object.entries(corruptions))('%s', (kind, make) => {
  test('is the same for the same seed and step, and another for others', () => {
    const corruption = make({})
    const once = values(corruption)
    expect(values(corruption)).toEqual(once)
    expect(values(corruption, { ...address, step: 8 })).not.toEqual(once)
    expect(values(corruption, { ...address, seed: 0 })).not.toEqual(once)
  })

  test('keeps the shape, leaves its argument alone and leaks nothing', () => {
    const x = half(20)
    expectNoLeak(() => {
      const spoilt = make({}).corrupt(x, address)
      expect(spoilt.shape).toEqual([2, 5, 2])
      spoilt.dispose()
    })
    expect([...x.dataSync()]).toEqual(new Array(20).fill(0.5))
  })

  test('comes back from its config', () => {
    const corruption = corruptionFromConfig(make({}).config)
    expect(corruption.config).toEqual({ ...make({}).config, kind })
    expect(values(corruption)).toEqual(values(make({})))
  })

  test('refuses an unknown option', () => {
    expect(() => make({ probability: 0.1 } as never)).toThrow(`\`${kind}\` has no option \`probability\``)
  })
})

describe('corruptions refuse', () => {
  test('a rate that is no probability', () => {
    expect(() => maskingNoise({ rate: 25 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`maskingNoise\` received a bad \`rate\`.

      Expected: a probability in [0, 1]
      Received: 25
      Fix:      pass a probability in [0, 1]]
    `)
    expect(() => saltAndPepperNoise({ rate: -0.1 })).toThrow('Expected: a probability in [0, 1]')
    expect(() => maskingNoise({ rate: Number.NaN })).toThrow('Received: NaN')
  })

  test('a negative standard deviation', () => {
    expect(() => gaussianNoise({ standardDeviation: -1 })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`gaussianNoise\` received a bad \`standardDeviation\`.

      Expected: a finite number of at least 0
      Received: -1
      Fix:      pass a finite number of at least 0]
    `)
  })

  test('an unknown kind in a config', () => {
    expect(() => corruptionFromConfig({ kind: 'maskNoise' })).toThrowErrorMatchingInlineSnapshot(`
      [OptionError: \`corruptionFromConfig\` received an unknown corruption.

      Expected: gaussianNoise, maskingNoise, saltAndPepperNoise
      Received: "maskNoise"
      Fix:      did you mean maskingNoise? To load a model that has your own corruption, pass a kind that makes it again, e.g. load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })]
    `)
    expect(() => corruptionFromConfig(undefined)).toThrow('Received: undefined')
    expect(() => corruptionFromConfig({ kind: 'toString' })).toThrow('unknown corruption')
  })
})
