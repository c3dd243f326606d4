// Whether this engine, and the page's content security policy, allow WebAssembly with 128-bit SIMD, and with fused multiply-add.
import { isNode } from '@ae/core/internal'
import type { Obstacle, obstacles } from '../obstacles.ts'

// (module (func (drop (i8x16.popcnt (i32x4.splat (i32.const 0))))) in binary: valid only in engines with SIMD.
// biome-ignore format: one part per line
const simdModule = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic, version
  1, 4, 1, 0x60, 0, 0, // one function type: () -> ()
  3, 2, 1, 0, // one function of it
  10, 11, 1, 9, 0, // one body of nine bytes
  0x41, 0, // i32.const 0
  0xfd, 0x11, // i32x4.splat
  0xfd, 0x62, // i8x16.popcnt
  0x1a, 0x0b, // drop, end
])

/** Why SIMD cannot be used here, and what to do about it; undefined if it can. */
export async function obstacleToSimd(): Promise<Obstacle | undefined> {
  const name = nameOfObstacle()
  return (
    name &&
    import('../obstacles.ts').then(
      ({ obstacles }) => obstacles[name],
      () => ({ reason: name, fix: 'load the page again' }),
    )
  )
}

function nameOfObstacle(): keyof typeof obstacles | undefined {
  if (typeof WebAssembly === 'undefined') return 'no WebAssembly'
  if (!WebAssembly.validate(simdModule)) return 'no SIMD'
  try {
    new WebAssembly.Module(simdModule)
    return undefined
  } catch {
    return 'no permission'
  }
}

// (module (func (param v128) (result v128) local.get 0, 0, 0, f32x4.relaxed_madd)): valid only in engines with relaxed SIMD.
// biome-ignore format: one part per line
const relaxedSimdModule = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // magic, version
  1, 6, 1, 0x60, 1, 0x7b, 1, 0x7b, // one function type: (v128) -> v128
  3, 2, 1, 0, // one function of it
  10, 13, 1, 11, 0, // one body of eleven bytes
  0x20, 0, 0x20, 0, 0x20, 0, // local.get 0, three times
  0xfd, 0x85, 0x02, // f32x4.relaxed_madd
  0x0b, // end
])

/**
 * Runs `compile` if modules with relaxed SIMD can be compiled here.
 *
 * Node 20 has it behind a flag, which is set while `compile` runs: what is compiled then stays valid
 * (findings/v8-flag-while-compiling.sh). Node 22 and Chrome 114 and newer always have it.
 *
 * @returns what `compile` returns; undefined if the engine does not support relaxed SIMD
 */
export async function withRelaxedSimd<result>(compile: () => Promise<result>): Promise<result | undefined> {
  const known = () => WebAssembly.validate(relaxedSimdModule)
  if (known()) return await compile()
  return isNode ? (await import('../in-node.ts')).withRelaxedFlag(() => (known() ? compile() : undefined)) : undefined
}
