// Puts the kernels of this package into tfjs's registry.
import { installKernels as installImplementations } from '@ae/core'
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { AddN, getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { addNInParts } from './add-n.ts'
import { implementations } from './implementations.ts'
import { optimize } from './optimize.ts'

/**
 * Registers the kernels for the backend `webgpu`: they run on whichever instance of tfjs's WebGPU backend is at work. Those that
 * are registered already stay, so that a second call changes nothing.
 */
export function installKernels(): void {
  if (getKernel(optimize.spec.name, 'webgpu') === undefined) {
    const addN = addNInParts()
    unregisterKernel(AddN, 'webgpu')
    registerKernel(addN)
  }
  installImplementations('webgpu', implementations, (backend) => backend as WebGPUBackend)
}
