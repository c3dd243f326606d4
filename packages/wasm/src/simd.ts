// Whether this engine, and the page's content security policy, let WebAssembly with 128-bit SIMD run.

// (module (func (drop (i8x16.popcnt (i32x4.splat (i32.const 0))))) in binary: valid only where vectors are known.
// biome-ignore format: one part a line
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

/** What stands in the way of SIMD here, and what to do about it; undefined where nothing does. */
export function obstacleToSimd(): { readonly reason: string; readonly fix: string } | undefined {
  if (typeof WebAssembly === 'undefined') {
    return {
      reason: 'this JavaScript engine has no WebAssembly',
      fix: 'use Node 20 or newer without --jitless, or a browser of 2023 or newer',
    }
  }
  if (!WebAssembly.validate(simdModule)) {
    return {
      reason: 'this JavaScript engine has WebAssembly, but not its 128-bit SIMD',
      fix: 'use Node 20 or newer, or a browser of 2023 or newer; on x86 the processor must know SSE 4.1',
    }
  }
  try {
    new WebAssembly.Module(simdModule)
    return undefined
  } catch {
    return {
      reason: 'the content security policy of this page forbids WebAssembly',
      fix: "add 'wasm-unsafe-eval' to its script-src",
    }
  }
}
