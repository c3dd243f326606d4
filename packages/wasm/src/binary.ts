// Where the copy of tfjs's WebAssembly file lies that the build puts into dist/.

/**
 * The address of `tfjs-backend-wasm-simd.wasm`.
 *
 * Vite, webpack 5 and other bundlers see this form of `new URL`, copy the file beside their output and put its address
 * here. From src/ and from dist/ the path leads to the same file.
 *
 * @returns undefined where the module does not know its own address: CommonJS in a page
 */
export function bundledBinary(): string | undefined {
  return import.meta.url === undefined
    ? undefined
    : new URL('../dist/tfjs-backend-wasm-simd.wasm', import.meta.url).href
}
