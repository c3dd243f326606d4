// tfjs's matrix product with bias and activation in one kernel: what tf.layers' dense layers run without a gradient.

import { inputOf } from '@ae/core/internal'
import { _FusedMatMul } from '@tensorflow/tfjs-core'
import { endingOf } from './fused-ending.ts'
import type { WasmKernel } from './kernel.ts'
import { multiplyBatches, transposes } from './matmul.ts'

/** `activation(a b + bias)`; bias `[n]`. */
export const fusedMatMul: WasmKernel = {
  name: _FusedMatMul,
  run: (call) => {
    const { inputs, attributes, heap } = call
    const a = inputOf('fused.matMul', inputs, 'a')
    const b = inputOf('fused.matMul', inputs, 'b')
    const transposed = transposes(attributes)
    const finish = endingOf('fused.matMul', call, b.shape.at(transposed.b ? -2 : -1) ?? 0)
    return finish(multiplyBatches(heap, a, b, transposed))
  },
}
