// Puts the kernels of this package into tfjs's registry, once.
import { getKernel, type KernelBackend, registerKernel, tidy, unregisterKernel } from '@tensorflow/tfjs-core'
import { adam } from './kernels/adam.ts'
import { dense, denseGradient } from './kernels/dense.ts'
import { dilatedKernels, withoutDilation } from './kernels/dilation.ts'
import type { TensorflowKernel } from './kernels/kernel.ts'
import { type Operations, type OpRunner, operationsOf } from './kernels/operations.ts'
import { type Variables, variablesOf } from './kernels/variables.ts'

const kernels: readonly TensorflowKernel[] = [adam, dense, denseGradient]

/** Registers them for tfjs's backend `tensorflow`, which is loaded. A second call changes nothing. */
export function installKernels(): void {
  if (getKernel(adam.name, 'tensorflow') !== undefined) return
  for (const name of dilatedKernels) {
    const stock = getKernel(name, 'tensorflow')
    unregisterKernel(name, 'tensorflow')
    registerKernel(withoutDilation(stock))
  }
  for (const { name, run } of kernels) {
    registerKernel({
      kernelName: name,
      backendName: 'tensorflow',
      kernelFunc: ({ inputs, attrs = {}, backend }) =>
        tidy(() => run({ inputs, attributes: attrs, ...toolsOf(backend as Backend) }) as never),
    })
  }
}

type Backend = KernelBackend & OpRunner

interface Tools {
  readonly ops: Operations
  readonly variables: Variables
}

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
