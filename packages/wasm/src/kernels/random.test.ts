import { normals, permutation, randomNormal, randomUniform, uniforms } from '@ae/core'
import { randomBits, randomPermutation } from '@ae/core/internal'
import { tensor } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { toNormals } from '../../../core/src/random/inverse-normal.ts'
import { type KernelExports, loadKernels } from '../binary/kernel-exports.ts'
import { wasm } from '../index.ts'
import { expectNoLeak, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

const address = { seed: 2 ** 45 + 3, step: 2 ** 33 + 7 }

describe.each([1, 2, 3, 4, 5, 15, 16, 17, 511, 512, 513, 1027, 100_352])('of %i numbers', (count) => {
  test('normal numbers are those of `normals`, bit for bit', () => {
    expectNoLeak(() => {
      const [values] = take(randomNormal([count], 'posterior', address))
      expectSame(values ?? [], normals('posterior', address, count))
    })
  })

  test('uniform numbers are those of `uniforms`, scaled in float64, bit for bit', () => {
    expectNoLeak(() => {
      const [unit, scaled] = take(
        randomUniform([count], 'init', address),
        randomUniform([count], 'init', address, { minimum: -0.1, maximum: 0.7 }),
      )
      const expected = uniforms('init', address, count)
      expectSame(unit ?? [], expected)
      expectSame(
        scaled ?? [],
        expected.map((u) => -0.1 + (0.7 - -0.1) * u),
      )
    })
  })
})

test.each([1, 3, 16, 17, 32, 47, 512, 1027, 100_352])('%i bits are those of `uniforms`, bit for bit', (count) => {
  const ends = [0, 1, -0, -1, 2, Number.POSITIVE_INFINITY]
  for (const first of [0, 1, 7]) {
    expectNoLeak(() => {
      const drawn = uniforms('bits', { ...address, first: first * 4 }, count)
      // One number in seventeen is its u, or the one above it; the others are decided before the draw.
      const values = drawn.map((u, i) => (i % 17 > 0 ? (ends[i % 6] ?? 0) : i % 2 === 0 ? u : u * (1 + 2 ** -23)))
      const probabilities = tensor(values)
      const [bits] = take(randomBits(probabilities, 'bits', { ...address, first: first * 4 }))
      expectSame(
        bits ?? [],
        drawn.map((u, i) => ((values[i] ?? 0) > u ? 1 : 0)),
      )
      probabilities.dispose()
    })
  }
})

test('a bit of NaN is NaN, and the others of its block are drawn', () => {
  const probabilities = tensor([0, 1, 1, Number.NaN, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1])
  const [bits] = take(randomBits(probabilities, 'bits', address))
  expect(bits).toEqual([0, 1, 1, Number.NaN, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1])
  probabilities.dispose()
})

test.each([0, 1, 2, 511, 512, 513, 6272])('%i indices are in the order of `permutation`', (size) => {
  expectNoLeak(() => {
    const [order] = take(randomPermutation(size, 'codebook', address))
    expect(order).toEqual([...permutation('codebook', address, size)])
  })
})

test.each([1, 3, 4, 7, 2 ** 33 + 5])(
  'rows from %i on, and their bits, are those of `normals` and `uniforms`, bit for bit',
  (first) => {
    expectNoLeak(() => {
      const halves = tensor(new Float32Array(15).fill(0.5), [5, 3])
      const [normal, uniform, bits] = take(
        randomNormal([5, 3], 'posterior', { ...address, first }),
        randomUniform([5, 3], 'init', { ...address, first }),
        randomBits(halves, 'init', { ...address, first }),
      )
      halves.dispose()
      expectSame(normal ?? [], normals('posterior', { ...address, first: 3 * first }, 15))
      const expected = uniforms('init', { ...address, first: 3 * first }, 15)
      expectSame(uniform ?? [], expected)
      expectSame(
        bits ?? [],
        expected.map((u) => (u < 0.5 ? 1 : 0)),
      )
    })
  },
)

test('four million normal numbers are those of `normals`, bit for bit', () => {
  for (const step of [0, 1, 2, 3]) {
    const tensor = randomNormal([1024, 1024], 'many', { step })
    expectSame(tensor.dataSync(), normals('many', { step }, 2 ** 20))
    tensor.dispose()
  }
})

test('a tensor of no numbers, and one of one number without axes', () => {
  const [none, one] = [randomNormal([0, 3], 'posterior', address), randomNormal([], 'posterior', address)]
  expect([none.shape, one.shape]).toEqual([[0, 3], []])
  expect(take(none, one)).toEqual([[], [...normals('posterior', address, 1)]])
})

describe('by words', () => {
  const key = [0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344] as const
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536 })
  const team = 65536
  let exports: KernelExports
  beforeAll(async () => {
    exports = (await loadKernels(memory)).exports
    exports.startTeam(team, 1)
    exports.leadTeam(team)
  })

  test('the normal numbers of extreme words are those of JavaScript, bit for bit', () => {
    for (const word of extremeWords()) {
      for (const lane of [0, 1, 2, 3]) {
        const words = [0, 1, 2, 3].map((place) => (place === lane ? word : 1000 + place))
        const [firstBlock = 0, ...counter] = counterBehind(words, key)
        exports.normals(0, 4, firstBlock, ...key, ...counter)
        expect([...new Float32Array(memory.buffer, 0, 4)], `word ${word}`).toEqual(normalsOf(words))
      }
    }
  })

  test('uniform numbers stay inside (0, 1) at the ends', () => {
    const words = [0, -1, 511, 512]
    const [firstBlock = 0, ...counter] = counterBehind(words, key)
    exports.uniforms(0, 4, firstBlock, ...key, ...counter, 0, 1)
    expect([...new Float32Array(memory.buffer, 0, 4)]).toEqual([2 ** -24, 1 - 2 ** -24, 2 ** -24, 3 * 2 ** -24])
  })

  test('a draw can be made in ranges of blocks, also where the number of a block passes 2^32', () => {
    const counter = [0, 5, 6]
    for (const firstBlock of [0, -100, 2 ** 31 - 100]) {
      exports.normals(0, 4000, firstBlock, ...key, ...counter)
      exports.normals(16000, 1600, firstBlock, ...key, ...counter)
      exports.normals(16000 + 6400, 2400, firstBlock + 400, ...key, ...counter)
      const values = new Float32Array(memory.buffer)
      expectSame(values.slice(4000, 8000), values.slice(0, 4000))
    }
  })
})

test('nothing leaks when the memory is full', () => {
  expectNoLeak(() => {
    const attributes = { shape: [2 ** 30], key: [1, 2, 3, 4], counter: [0, 0, 0], firstBlock: 0 }
    expect(() => runKernel('AeNormals', {}, attributes)).toThrow('The memory of the wasm backend is full')
  })
})

/** Equal bit for bit; told by the first place that is not, since a list of a million differences takes minutes to print. */
function expectSame(actual: ArrayLike<number>, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length)
  expect(
    expected.findIndex((value, i) => !Object.is(value, actual[i])),
    'the first number that differs',
  ).toBe(-1)
}

/** The ends, the middle, where the tails begin, and every power of two, each with its neighbours and its mirror image. */
function extremeWords(): number[] {
  const tailFrom = Math.floor(0.425 * 2 ** 32)
  const near = [tailFrom, ...Array.from({ length: 31 }, (_, power) => 2 ** power), 2 ** 31 - 1]
  const toTheEnd = Array.from({ length: 28 }, (_, power) => 2 ** 31 - 1 - 2 ** power)
  const upper = [0, ...near, ...toTheEnd].flatMap((word) => [word - 1, word, word + 1])
  const inRange = upper.filter((word) => word >= 0 && word < 2 ** 31)
  return [...new Set(inRange.flatMap((word) => [word, ~word]))]
}

function normalsOf(words: readonly number[]): number[] {
  const out = new Float32Array(words.length)
  toNormals(Int32Array.from(words), out)
  return [...out]
}

/** The counter that Threefry turns into `words`: its rounds backwards. */
function counterBehind(words: readonly number[], key: readonly [number, number, number, number]): number[] {
  const rotations = [
    [10, 26],
    [11, 21],
    [13, 27],
    [23, 5],
    [6, 20],
    [17, 11],
    [25, 10],
    [18, 20],
  ]
  const keys = [...key, key.reduce((all, word) => all ^ word, 0x1bd11bda)]
  let x = [...words]
  for (let round = 11; round >= -1; round--) {
    if (round % 4 === 3 || round === -1) {
      const group = (round + 1) / 4
      x = x.map((word, i) => (word - (keys[(group + i) % 5] ?? 0) - (i === 3 ? group : 0)) | 0)
    }
    if (round === -1) break
    const [first = 0, second = 0] = rotations[round % 8] ?? []
    const [a = 0, b = 0, c = 0, d = 0] = x
    const back = (word: number, other: number, bits: number) =>
      ((word ^ other) >>> bits) | ((word ^ other) << (32 - bits))
    if (round % 2 === 0) {
      const [b0, d0] = [back(b, a, first), back(d, c, second)]
      x = [(a - b0) | 0, b0, (c - d0) | 0, d0]
    } else {
      const [d0, b0] = [back(d, a, first), back(b, c, second)]
      x = [(a - d0) | 0, b0, (c - b0) | 0, d0]
    }
  }
  return x
}
