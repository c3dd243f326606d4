// tfjs's WebAssembly module, with the parts that its types leave out.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

/** What Emscripten gives every module. */
export interface EmscriptenModule {
  /** The module's own exports. */
  readonly asm?:
    | { readonly memory?: WebAssembly.Memory | undefined; readonly dispose?: (() => void) | undefined }
    | undefined
  /** The memory; another view after it grew. */
  readonly HEAPU8: Uint8Array
  /** The names by which tfjs's own kernels know the data of tensors. */
  readonly tfjs: {
    registerTensor(id: number, size: number, address: number): void
    disposeData(id: number): void
    /** Called when tfjs's backend is disposed of. */
    dispose: () => void
  }
  /** Room for `bytes` bytes: its address, negative above 2 GiB, or 0 when the memory is full. */
  _malloc(bytes: number): number
  /** Gives room back. */
  _free(address: number): void
}

/** The module behind a backend. */
export function moduleOf(backend: BackendWasm): EmscriptenModule {
  return backend.wasm as unknown as EmscriptenModule
}
