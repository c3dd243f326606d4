import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, test } from 'vitest'
import reference from '../../../../reference/oracles/random.json' with { type: 'json' }
import {
  normals,
  permutation,
  type RandomAddress,
  randomBits,
  randomNormal,
  randomUniform,
  uniforms,
} from './random.ts'

const million = 1_000_000

describe.each(reference.draws)('the stream "$stream" at seed $seed and step $step', (draw) => {
  const pick = (values: Float32Array) => draw.indices.map((i) => values[i] as number)

  test('has exactly the uniform numbers of the reference', () => {
    expect(pick(uniforms(draw.stream, draw, 1030))).toEqual(draw.uniforms.map(Math.fround))
  })

  test('has the normal numbers of the reference within 1e-6', () => {
    const errors = pick(normals(draw.stream, draw, 1030)).map((x, i) => Math.abs(x - (draw.normals[i] as number)))
    expect(Math.max(...errors)).toBeLessThan(1e-6)
  })
})

describe.each([
  ['uniforms', uniforms],
  ['normals', normals],
  ['permutation', permutation],
] as const)('%s', (_name, draw) => {
  const numbers = (stream: string, address: RandomAddress) => [...draw(stream, address, 50)]

  test('gives the same numbers for the same address', () => {
    expect(numbers('posterior', { seed: 3, step: 4 })).toEqual(numbers('posterior', { seed: 3, step: 4 }))
  })

  test('takes absent seed and step for 0', () => {
    expect(numbers('posterior', {})).toEqual(numbers('posterior', { seed: 0, step: 0 }))
  })

  test.each([
    ['another stream', 'posterio', { seed: 0, step: 0 }],
    ['another seed', 'posterior', { seed: 1, step: 0 }],
    ['a seed that differs above 32 bits', 'posterior', { seed: 2 ** 32, step: 0 }],
    ['another step', 'posterior', { seed: 0, step: 1 }],
    ['a step that differs above 32 bits', 'posterior', { seed: 0, step: 2 ** 32 }],
  ])('gives other numbers for %s', (_what, stream, address) => {
    expect(numbers(stream, address)).not.toEqual(numbers('posterior', { seed: 0, step: 0 }))
  })

  test('gives nothing when asked for nothing', () => {
    expect(draw('posterior', {}, 0)).toHaveLength(0)
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 53, '1'])('refuses the seed %j', (seed) => {
    expect(() => draw('posterior', { seed: seed as number }, 1)).toThrow('bad `seed`')
  })

  test.each([-1, 1.5, Number.POSITIVE_INFINITY])('refuses the step %j', (step) => {
    expect(() => draw('posterior', { step }, 1)).toThrow('bad `step`')
  })
})

test('a bad seed is refused in words', () => {
  expect(() => normals('posterior', { seed: -1 }, 1)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`normals\` received a bad \`seed\`.

    Expected: an integer from 0 to 2^53 - 1
    Received: -1
    Fix:      pass an integer from 0 to 2^53 - 1]
  `)
})

test.each([
  ['uniforms', uniforms],
  ['normals', normals],
] as const)('the first numbers of a longer draw of %s are the shorter draw', (_name, draw) => {
  const long = draw('posterior', { seed: 1 }, 5000)
  for (const count of [1, 3, 4, 1023, 1024, 1025, 4999]) {
    expect(draw('posterior', { seed: 1 }, count)).toEqual(long.subarray(0, count))
  }
})

test('a million uniform numbers are uniform and lie inside (0, 1)', () => {
  const values = uniforms('test', { seed: 0 }, million)
  const [minimum, maximum] = range(values)
  expect(minimum).toBeGreaterThan(0)
  expect(maximum).toBeLessThan(1)
  expect(kolmogorovSmirnov(values, (x) => x)).toBeLessThan(critical)
})

test('a million normal numbers are normal', () => {
  const values = normals('test', { seed: 0 }, million)
  expect(moment(values, 1)).toBeCloseTo(0, 2)
  expect(moment(values, 2)).toBeCloseTo(1, 2)
  expect(moment(values, 3)).toBeCloseTo(0, 1)
  expect(moment(values, 4)).toBeCloseTo(3, 1)
  expect(kolmogorovSmirnov(values, normalDistribution)).toBeLessThan(critical)
})

test('neighbours, streams, seeds and steps are uncorrelated', () => {
  const values = normals('test', { seed: 0 }, million)
  for (const lag of [1, 2, 3, 4, 5, 1024])
    expect(Math.abs(correlation(values, values.subarray(lag)))).toBeLessThan(0.005)
  for (const [stream, address] of [
    ['tesu', { seed: 0 }],
    ['test', { seed: 1 }],
    ['test', { step: 1 }],
  ] as const) {
    expect(Math.abs(correlation(values, normals(stream, address, million)))).toBeLessThan(0.005)
  }
})

test('a permutation holds every index once', () => {
  for (const size of [1, 2, 7, 60_000]) {
    expect(permutation('order', { seed: 0 }, size).sort()).toEqual(Uint32Array.from({ length: size }, (_, i) => i))
  }
})

test('every permutation of four is as frequent as any other', () => {
  const counts = new Map<string, number>()
  const draws = 24_000
  for (let step = 0; step < draws; step++) {
    const order = permutation('order', { seed: 0, step }, 4).join()
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  const expected = draws / 24
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  expect(counts.size).toBe(24)
  expect(chiSquare).toBeLessThan(49.7) // 23 degrees of freedom, 0.1%
})

test('randomNormal and randomUniform put the numbers into a tensor', async () => {
  await tf.setBackend('cpu')
  const normal = randomNormal([2, 3], 'posterior', { seed: 1 })
  const uniform = randomUniform([2, 3], 'init', { seed: 1 }, { minimum: -0.5, maximum: 0.5 })
  expect(normal.shape).toEqual([2, 3])
  expect(await normal.data()).toEqual(normals('posterior', { seed: 1 }, 6))
  expect(await uniform.data()).toEqual(uniforms('init', { seed: 1 }, 6).map((u) => u - 0.5))
  tf.dispose([normal, uniform])
})

/** The 0.1% critical value of the Kolmogorov-Smirnov distance for a million numbers. */
const critical = 1.95 / Math.sqrt(million)

function kolmogorovSmirnov(values: Float32Array, distribution: (x: number) => number): number {
  const sorted = values.toSorted()
  return sorted.reduce((distance, x, i) => {
    const p = distribution(x)
    return Math.max(distance, p - i / sorted.length, (i + 1) / sorted.length - p)
  }, 0)
}

/** To 1.2e-7, by a Chebyshev fit of erfc (Press et al., Numerical Recipes, section 6.2). */
function normalDistribution(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + z / 2)
  const coefficients = [
    0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
    -1.26551223,
  ]
  const tail = (t / 2) * Math.exp(-z * z + coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0))
  return x < 0 ? tail : 1 - tail
}

function moment(values: Float32Array, order: number): number {
  return values.reduce((sum, x) => sum + x ** order, 0) / values.length
}

function correlation(a: Float32Array, b: Float32Array): number {
  const count = Math.min(a.length, b.length)
  let sum = 0
  for (let i = 0; i < count; i++) sum += (a[i] as number) * (b[i] as number)
  return sum / count
}

function range(values: Float32Array): [number, number] {
  return values.reduce<[number, number]>(([low, high], x) => [Math.min(low, x), Math.max(high, x)], [1, 0])
}

test.each([0, 3])(
  'randomBits gives 1 where a uniform number is below its probability, from row %i on',
  async (first) => {
    await tf.setBackend('cpu')
    const address = { seed: 3, step: 1, first }
    const drawn = uniforms('bits', { ...address, first: 5 * first }, 20)
    const before = tf.memory().numTensors
    const probabilities = tf.tensor(
      drawn.map((u, i) => ([0, 1, u, u + 2 ** -24, 0.5] as const)[i % 5] ?? 0),
      [4, 5],
    )
    const bits = randomBits(probabilities, 'bits', address)
    expect([bits.shape, bits.dtype]).toEqual([[4, 5], 'float32'])
    expect([...bits.dataSync()]).toEqual(
      Array.from(drawn, (u, i) => ([0, 1, 0, 1, Number(u < 0.5)] as const)[i % 5] ?? 0),
    )
    tf.dispose([bits, probabilities])
    expect(tf.memory().numTensors).toBe(before)
  },
)

describe('a draw that begins further on', () => {
  const address = { seed: 3, step: 4 }

  test.each([1, 2, 3, 4, 5, 8, 1023, 4096])('gives the numbers of a longer one from %i on', (first) => {
    for (const draw of [normals, uniforms]) {
      expect([...draw('posterior', { ...address, first }, 21)]).toEqual([
        ...draw('posterior', address, first + 21).subarray(first),
      ])
    }
  })

  test.each([
    ['randomNormal', (shape: number[], first: number) => randomNormal(shape, 'posterior', { ...address, first })],
    [
      'randomUniform',
      (shape: number[], first: number) =>
        randomUniform(shape, 'posterior', { ...address, first }, { minimum: -1, maximum: 2 }),
    ],
  ])('gives the rows of a longer one: %s', async (_, draw) => {
    await tf.setBackend('cpu')
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const whole = draw([11, 3, 5], 0)
      for (const [first, count] of [
        [1, 1],
        [4, 7],
        [3, 2],
        [8, 3],
      ] as const) {
        const rows = draw([count, 3, 5], first)
        expect(rows.shape).toEqual([count, 3, 5])
        expect(rows.dataSync()).toEqual(tf.slice(whole, first, count).dataSync())
      }
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  test('does not begin anew after 2^34 numbers', () => {
    expect([...normals('posterior', { ...address, first: 2 ** 34 }, 4)]).not.toEqual([
      ...normals('posterior', address, 4),
    ])
  })

  test.each([-1, 1.5, Number.NaN, '1'])('refuses to begin at %j', (first) => {
    expect(() => normals('posterior', { first: first as number }, 1)).toThrow('`normals` received a bad `first`.')
    expect(() => randomNormal([1], 'posterior', { first: first as number })).toThrow('bad `first`')
  })
})
