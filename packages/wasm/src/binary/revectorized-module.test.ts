import { describe, expect, test } from 'vitest'
import { runSource } from '../../../../tooling/library/run-source.ts'
import { vectorBits } from '../testing/vector-bits.ts'
import { decodeBase64 } from './binary.ts'
import { kernelModule } from './kernel-module-wide.ts'
import { compileWide } from './revectorized-module.ts'
import { withRelaxedSimd } from './simd.ts'

type Tile = (...values: number[]) => void

async function tiles(most: number) {
  const bytes = decodeBase64(kernelModule)
  const compiled = await withRelaxedSimd(() => compileWide(bytes, false, most))
  if (compiled === undefined) throw new Error('this engine has no relaxed SIMD')
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4 })
  const { exports } = new WebAssembly.Instance(compiled.module, { env: { memory } })
  return { ...compiled, tiles: exports as Readonly<Record<string, Tile>>, numbers: new Float32Array(memory.buffer) }
}

describe('tiles', () => {
  test(`are ${vectorBits === 256 ? 'used' : 'not used'} in this version of Node, and never where 128 bits are asked for`, async () => {
    expect((await tiles(256)).enabled).toBe(vectorBits === 256 ? 1 : 0)
    expect((await tiles(128)).enabled).toBe(0)
  })

  // Addresses in floats: a panel of a, two of b, the chosen depths, the product.
  const [left, right, depths, out] = [8192, 16_384, 24_576, 32_768]
  const outStep = 40

  describe.each(['tall', 'tallAt', 'tallPair', 'tallPairAt', 'low', 'lowAt', 'lowPair', 'lowPairAt'])('%s', (name) => {
    const rows = name.startsWith('tall') ? 6 : 4
    const columns = name.includes('Pair') ? 16 : 8
    const chosen = name.endsWith('At')

    test.each([0, 1, 7, 256])('of %i depths has the same bits with 256 as with 128, and is right', async (depth) => {
      const results: Uint32Array[] = []
      for (const most of [128, 256]) {
        const { tiles: functions, numbers } = await tiles(most)
        const at = Array.from({ length: depth }, (_, i) => (chosen ? 2 * i + 1 : i))
        numbers.forEach((_, i) => {
          numbers[i] = Math.fround(Math.sin(i * 1.7) * 10 ** ((i % 7) - 3))
        })
        new Int32Array(numbers.buffer, 4 * depths, depth).set(at.map((p) => 32 * p))
        const before = numbers.slice()
        for (const add of [0, 1]) {
          const b = columns === 16 ? [4 * left, 4 * right] : [4 * left]
          const panels = chosen ? [] : [0, 1]
          functions[name]?.(
            0,
            4 * rows,
            ...panels,
            ...b,
            ...(chosen ? [4 * depths] : []),
            depth,
            4 * out,
            4 * outStep,
            add,
          )
          const product = (i: number, j: number) => {
            const panel = j < 8 ? left + j : right + j - 8
            return at.reduce((sum, p, k) => sum + (before[rows * k + i] ?? 0) * (before[panel + 8 * p] ?? 0), 0)
          }
          const size = (i: number, j: number) => {
            const panel = j < 8 ? left + j : right + j - 8
            return at.reduce(
              (sum, p, k) => sum + Math.abs((before[rows * k + i] ?? 0) * (before[panel + 8 * p] ?? 0)),
              0,
            )
          }
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const error = (numbers[out + outStep * i + j] ?? Number.NaN) - (1 + add) * product(i, j)
              expect(Math.abs(error), `${i}, ${j}`).toBeLessThanOrEqual(3e-6 * size(i, j))
            }
          }
        }
        const outside = (_: number, i: number) => i < out || i >= out + outStep * rows || (i - out) % outStep >= columns
        expect(numbers.filter(outside)).toEqual(before.filter(outside))
        results.push(new Uint32Array(numbers.buffer))
      }
      expect(results[1]).toEqual(results[0])
    })
  })
})

describe('products, layers, convolutions and losses', () => {
  test('have the same bits with vectors of 256 bits as with 128', async () => {
    const most = await runSource('src/testing/products.ts', { args: ['256'] })
    const least = await runSource('src/testing/products.ts', { args: ['128'] })
    expect([most.stderr, least.stderr]).toEqual(['', ''])
    const hash = /[0-9a-f]{64}$/.exec(least.stdout)?.[0]
    expect(hash).toBeDefined()
    expect(least.stdout).toBe(`128 ${hash}`)
    expect(most.stdout).toBe(`${vectorBits} ${hash}`)
  })

  test('have 128 where the processor does not know 256', async () => {
    const { stdout, stderr } = await runSource('src/testing/products.ts', {
      args: ['256'],
      flags: ['--no-enable-avx2'],
    })
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^128 /)
  })
})
