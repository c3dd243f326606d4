// tfjs's WebAssembly module, including the parts that its types leave out.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

/** The members of every Emscripten module. */
export interface EmscriptenModule {
  /** The module's own exports. */
  readonly asm?:
    | { readonly memory?: WebAssembly.Memory | undefined; readonly dispose?: (() => void) | undefined }
    | undefined
  /** A view of the memory; replaced when the memory grows. */
  readonly HEAPU8: Uint8Array
  /** tfjs's own kernels find the data of tensors by number, which is registered here. */
  readonly tfjs: {
    registerTensor(id: number, size: number, address: number): void
    disposeData(id: number): void
    /** Called when tfjs's backend is disposed of. */
    dispose: () => void
  }
  /** Allocates `bytes` bytes. Returns their address, negative above 2 GiB, or 0 when the memory is full. */
  _malloc(bytes: number): number
  /** Frees what `_malloc` returned. */
  _free(address: number): void
}

/** The module behind a backend. */
export function moduleOf(backend: BackendWasm): EmscriptenModule {
  return backend.wasm as unknown as EmscriptenModule
}
