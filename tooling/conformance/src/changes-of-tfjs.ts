// Changes in tfjs between two training steps: flags, kernels, gradients, backends, threads.
import { selectBackend } from '@ae/core'
import { wasmBackend } from '@ae/wasm'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { type Change, first, type Undo } from './changes.ts'
import { activate, backend } from './on-backend.ts'

/** Keyed by the state after the change. The model must run the kernel `Exp`. */
export const changesOfTfjs: Readonly<Record<string, Change>> = {
  'debugging is on': () => {
    tf.enableDebugMode()
    return () => tf.env().set('DEBUG', false)
  },
  'debugging is on, and a number is no longer finite': ({ model }) => {
    tf.enableDebugMode()
    tf.tidy(() => first(model.variables).assign(tf.fill(first(model.variables).shape, Number.NaN)))
    return () => tf.env().set('DEBUG', false)
  },
  'tfjs is in test mode': () => setFlag('IS_TEST', true),
  'shapes of nested arrays are not checked': () => setFlag('TENSORLIKE_CHECK_SHAPE_CONSISTENCY', false),
  'tfjs does not print deprecation warnings': () => setFlag('DEPRECATION_WARNINGS_ENABLED', false),
  'a gradient is different': () => replaceGradient('Exp', (dy) => ({ x: () => tf.mul(dy as tf.Tensor, 0.5) })),
  'a gradient is missing': () => {
    const before = tf.getGradient('Exp')
    tf.unregisterGradient('Exp')
    return () => tf.registerGradient(before)
  },
  'a kernel is a different one of ours': () => {
    const { kernelFunc } = tf.getKernel('Tanh', 'wasm')
    return replaceKernel('Exp', () => kernelFunc)
  },
  "a kernel is someone else's": () => replaceKernel('Exp', (kernelFunc) => negated(kernelFunc, 'Neg')),
  'a kernel alternates between two of ours by a hidden condition': () => {
    const { kernelFunc } = tf.getKernel('Tanh', 'wasm')
    let calls = 0
    return replaceKernel('Exp', (exp) => (call) => (calls++ % 3 === 0 ? exp : kernelFunc)(call))
  },
  "a kernel of tfjs is someone else's": () => replaceKernel('Reshape', (reshape) => negated(reshape, 'Neg')),
  'a kernel computes in JavaScript': () =>
    replaceKernel('Exp', () => ({ inputs, backend }) => {
      const { x } = inputs as { x: tf.TensorInfo }
      const active = backend as unknown as Pick<WasmBackend, 'makeOutput' | 'typedArrayFromHeap'>
      const out = active.makeOutput(x.shape, x.dtype)
      const values = active.typedArrayFromHeap(x)
      active.typedArrayFromHeap(out).set(values.map((value) => Math.max(0.25, value)))
      return out
    }),
  'a kernel is removed': () => {
    const kernel = tf.getKernel('AeReparameterize', 'wasm')
    tf.unregisterKernel('AeReparameterize', 'wasm')
    return () => tf.registerKernel(kernel)
  },
  'the pass runs a kernel that was missing before': () => {
    tf.registerKernel({
      kernelName: 'AeDensePair',
      backendName: 'wasm',
      kernelFunc: () => {
        throw new Error('not there before')
      },
    })
    return () => tf.unregisterKernel('AeDensePair', 'wasm')
  },
  'a different backend is active': async () => {
    await tf.setBackend('cpu')
    return () => tf.setBackend('wasm')
  },
  'a different backend was active': async () => {
    await tf.setBackend('cpu')
    await tf.setBackend('wasm')
    return undefined
  },
  'the backend is selected again': async () => {
    await selectBackend(backend)
    return undefined
  },
  'there are more threads': () => threads(5),
  'there are fewer threads': () => threads(1),
  'a scope is open': () => {
    tf.engine().startScope()
    return () => tf.engine().endScope()
  },
  'memory and time are queried': async () => {
    tf.memory()
    await tf.time(() => tf.ones([4]).dispose())
    return undefined
  },
  'a profile is taken': () => {
    let stop = () => {}
    const isOver = new Promise<tf.Tensor>((resolve) => {
      stop = () => resolve(tf.scalar(0))
    })
    const profile = tf.profile(() => isOver)
    return async () => {
      stop()
      const { result, kernelNames } = await profile
      tf.dispose(result)
      return kernelNames.sort()
    }
  },
  'all variables of the process are disposed of': () => {
    tf.disposeVariables()
    return undefined
  },
}

/** Replaces the function of a kernel of the backend until the change is reverted. */
function replaceKernel(name: string, change: (kernel: tf.KernelFunc) => tf.KernelFunc): Undo {
  const kernel = tf.getKernel(name, 'wasm')
  const put = (kernelFunc: tf.KernelFunc) => {
    tf.unregisterKernel(name, 'wasm')
    tf.registerKernel({ ...kernel, kernelFunc })
  }
  put(change(kernel.kernelFunc))
  return () => put(kernel.kernelFunc)
}

function replaceGradient(name: string, gradient: tf.GradFunc): Undo {
  const before = tf.getGradient(name)
  tf.registerGradient({ ...before, kernelName: name, gradFunc: gradient })
  return () => tf.registerGradient(before)
}

function setFlag(name: string, value: boolean): Undo {
  const before = tf.env().get(name)
  tf.env().set(name, value)
  return () => tf.env().set(name, before)
}

/** The part of tfjs's wasm backend that its kernels use. */
interface WasmBackend extends tf.KernelBackend {
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array
}

/** A kernel, followed by a second one on its result. */
function negated(kernelFunc: tf.KernelFunc, then: string): tf.KernelFunc {
  return (call) => {
    const x = kernelFunc(call) as tf.TensorInfo
    const out = tf.getKernel(then, 'wasm').kernelFunc({ inputs: { x }, attrs: {}, backend: call.backend })
    ;(call.backend as tf.KernelBackend).disposeData(x.dataId)
    return out
  }
}

/** A different number of threads. */
export async function threads(count: number): Promise<Undo> {
  await selectBackend(wasmBackend({ threads: count }))
  return activate
}
