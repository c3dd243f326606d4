// Puts the kernels of this folder into tfjs's registry, once.
import { installKernels as installImplementations } from '@ae/core'
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { implementations } from './implementations.ts'
import { reshapeInPlace } from './reshape.ts'

let installed = false

/** Registers the kernels for tfjs's webgl backend, which must be on WebGL 2. A second call changes nothing. */
export function installKernels(): void {
  if (installed) return
  installed = true
  const reshape = reshapeInPlace()
  unregisterKernel(reshape.kernelName, 'webgl')
  registerKernel(reshape)
  installImplementations('webgl', implementations, (backend) => backend as MathBackendWebGL)
}
