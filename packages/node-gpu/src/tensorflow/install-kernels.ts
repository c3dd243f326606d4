// Puts the kernels of this package into tfjs's registry, once.
import { installKernels as installImplementations } from '@ae/core'
import { getKernel, type KernelBackend, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { adam } from './kernels/adam.ts'
import { dilatedKernels, withoutDilation } from './kernels/dilation.ts'
import { implementations } from './kernels/implementations.ts'
import type { Tools } from './kernels/kernel.ts'
import { type OpRunner, operationsOf } from './kernels/operations.ts'
import { variablesOf } from './kernels/variables.ts'

/** Registers them for tfjs's backend `tensorflow`, which is loaded. A second call changes nothing. */
export function installKernels(): void {
  if (getKernel(adam.spec.name, 'tensorflow') !== undefined) return
  for (const name of dilatedKernels) {
    const stock = getKernel(name, 'tensorflow')
    unregisterKernel(name, 'tensorflow')
    registerKernel(withoutDilation(stock))
  }
  installImplementations('tensorflow', implementations, (backend) => toolsOf(backend as Backend))
}

type Backend = KernelBackend & OpRunner

// A backend that tfjs disposed of and created again has other tensors.
const tools = new WeakMap<Backend, Tools>()

function toolsOf(backend: Backend): Tools {
  const known = tools.get(backend)
  if (known !== undefined) return known
  const ops = operationsOf(backend)
  const made = { ops, variables: variablesOf(backend, ops) }
  tools.set(backend, made)
  return made
}
