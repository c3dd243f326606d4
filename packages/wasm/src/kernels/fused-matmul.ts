// tfjs's matrix product with bias and activation in one kernel: what tf.layers' dense layers run without a gradient.
import { AutoencoderError, sizeOfShape } from '@ae/core'
import {
  _FusedMatMul,
  Elu,
  getKernel,
  LeakyRelu,
  type NamedTensorInfoMap,
  Prelu,
  Relu6,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { activationCode } from './dense.ts'
import { floatInput, type KernelCall, shapedInput, type WasmKernel } from './kernel.ts'
import { multiplyBatches, transposes } from './matmul.ts'

// Activations that are left to tfjs's own kernels.
const stockActivations: Readonly<Record<string, string>> = {
  elu: Elu,
  leakyrelu: LeakyRelu,
  prelu: Prelu,
  relu6: Relu6,
}

/** `activation(a b + bias)`; bias `[n]`. */
export const fusedMatMul: WasmKernel = {
  name: _FusedMatMul,
  run: (call) => {
    const { inputs, attributes, heap } = call
    const a = floatInput('fused.matMul', inputs, 'a')
    const b = floatInput('fused.matMul', inputs, 'b')
    const activation = String(attributes.activation ?? 'linear')
    const code = activationCode(activation)
    const stock = stockActivations[activation]
    if (code === undefined && stock === undefined) throw unknownActivation(activation)
    const transposed = transposes(attributes)
    const columns = b.shape.at(transposed.b ? -2 : -1) ?? 0
    const bias = inputs.bias && shapedInput('fused.matMul', inputs, 'bias', [columns])
    const product = multiplyBatches(heap, a, b, transposed)
    const rows = columns === 0 ? 0 : sizeOfShape(product.shape) / columns
    heap.native.biasActivation(heap.address(product), bias ? heap.address(bias) : 0, rows, columns, code ?? 0)
    return stock === undefined ? product : applyStock(call, stock, product)
  },
}

/** Runs one of tfjs's own activation kernels on `x`, which it disposes. */
function applyStock({ inputs, attributes, backend }: KernelCall, kernelName: string, x: TensorInfo): TensorInfo {
  const kernelInputs: NamedTensorInfoMap = { x, alpha: inputs.preluActivationWeights }
  const attrs = { alpha: attributes.leakyreluAlpha ?? 0.2 }
  try {
    return getKernel(kernelName, 'wasm').kernelFunc({ inputs: kernelInputs, attrs, backend }) as TensorInfo
  } finally {
    backend.disposeData(x.dataId)
  }
}

function unknownActivation(activation: string): AutoencoderError {
  return new AutoencoderError('`fused.matMul` on the wasm backend received an unknown `activation`.', {
    facts: {
      Expected: ['linear', 'relu', 'sigmoid', 'tanh', ...Object.keys(stockActivations)].join(', '),
      Received: activation,
    },
  })
}
