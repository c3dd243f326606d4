// The verdict on a renderer, with one that is pretended: its speed and the moments at which the machine is busy are known.
import { afterEach, expect, test, vi } from 'vitest'
import { isAsFastAsGpu } from './webgl-speed.ts'

const now = performance.now.bind(performance)

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

test('a renderer of 3 GFLOP/s is not a GPU, however busy the machine is at the first draws', () => {
  expect(isAsFastAsGpu(renderer({ speed: 3e6, delays: [0, 0, 0] }))).toBe(false)
  expect(isAsFastAsGpu(renderer({ speed: 3e6, delays: [45, 45, 45] }))).toBe(false)
})

test('a renderer of 500 GFLOP/s is a GPU, even if each answer takes 20 ms', () => {
  expect(isAsFastAsGpu(renderer({ speed: 5e8, delays: [] }))).toBe(true)
  expect(isAsFastAsGpu(renderer({ speed: 5e8, delays: Array(40).fill(20) }))).toBe(true)
})

/**
 * @param speed in operations per millisecond
 * @param delays of the first draws, in milliseconds: the machine is busy
 */
function renderer({ speed, delays }: { readonly speed: number; readonly delays: readonly number[] }) {
  let [pretended, depth, draws] = [0, 0, 0]
  vi.spyOn(performance, 'now').mockImplementation(() => now() + pretended)
  vi.stubGlobal('navigator', { hardwareConcurrency: 2 })
  const methods: Record<string, unknown> = {
    uniform1i: (_place: unknown, value: number) => {
      depth = value
    },
    readPixels: () => {
      pretended += 0.1 + (16 * depth * 128 * 128) / speed + (delays[draws++] ?? 0)
    },
    getProgramParameter: () => true,
  }
  return new Proxy({}, { get: (_target, name) => methods[String(name)] ?? (() => ({})) }) as WebGL2RenderingContext
}
