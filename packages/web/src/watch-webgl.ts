// Notices when a WebGL context stops computing: a lost one answers every read with zeros
// (findings/tfjs-webgl-lost-context.sh) and never passes a fence.
import { extendBackend } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'

/** Makes training on `backend` end with a `BackendLostError` when its context is lost or the GPU's memory is full. */
export function watchWebgl(backend: MathBackendWebGL): void {
  const { gl } = backend.gpgpu
  extendBackend(backend, {
    lost: new Promise((resolve) => {
      gl.canvas.addEventListener('webglcontextlost', () => resolve(contextLost), { once: true })
    }),
    reasonOfLoss: () => (gl.isContextLost() ? contextLost : ranOutOfMemory(gl) ? memoryFull : undefined),
  })
}

const contextLost = 'its WebGL context was lost: the GPU was reset, or the browser needed it elsewhere'
const memoryFull = 'the memory of the GPU is full'

/** WebGL keeps one flag for each kind of error until it is read; only this kind matters to training. */
function ranOutOfMemory(gl: WebGLRenderingContext): boolean {
  for (let error = gl.getError(); error !== gl.NO_ERROR; error = gl.getError()) {
    if (error === gl.OUT_OF_MEMORY) return true
    if (error === gl.CONTEXT_LOST_WEBGL) return false
  }
  return false
}
