// A program that prints how wide the vectors of products are, in bits, and the numbers of some products, layers, convolutions and losses,
// as a hash. Its argument: how wide they may be.
import { createHash } from 'node:crypto'
import { runKernel } from '@ae/library/kernel-calls'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { backend, matMul, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { wasmBackend } from '../index.ts'
import { installKernels } from '../install.ts'
import { startThread } from '../threads/threads.ts'

const vectorBits = process.argv[2] === '128' ? 128 : 256
await wasmBackend({ threads: 2, vectorBits }).activate()
const installed = await installKernels(backend() as BackendWasm, { threads: 2, vectorBits, startThread })

const hash = createHash('sha256')
const look = (...tensors: Tensor[]) => {
  for (const x of tensors) hash.update(x.dataSync() as Float32Array)
}

let state = 1
/** Numbers in [-1, 1], of which a share is 0. */
function numbers<shape extends number[]>(shape: shape, zeros = 0): Tensor {
  const values = Float32Array.from({ length: shape.reduce((product, length) => product * length) }, () => {
    state = (state * 48271) % 0x7fffffff
    return state / 0x7fffffff < zeros ? 0 : ((state % 20_001) - 10_000) / 10_000
  })
  return tensor(values, shape)
}

for (const [m, k, n] of [
  [128, 784, 400],
  [127, 401, 33],
  [6, 5, 16],
  [7, 3, 17],
  [1, 900, 15],
  [4, 1, 24],
] as const) {
  look(matMul(numbers([m, k]), numbers([k, n])), matMul(numbers([k, m]), numbers([n, k]), true, true))
  look(matMul(numbers([m, k], 0.95), numbers([k, n])), matMul(numbers([k, m], 0.95), numbers([k, n]), true))
}
for (const [size, channels, filters] of [
  [28, 1, 32],
  [14, 32, 64],
  [5, 3, 9],
] as const) {
  const outSize = Math.ceil(size / 2)
  const x = numbers([9, size, size, channels])
  const filter = numbers([3, 3, channels, filters])
  const geometry = { strides: [2, 2], dilations: [1, 1], pad: 'same', activation: 'linear' }
  look(runKernel('AeConvolution', { x, filter, bias: numbers([filters]) }, geometry)[0] as Tensor)
  const outputs = { output: numbers([9, outSize, outSize, filters]), dy: numbers([9, outSize, outSize, filters]) }
  look(...runKernel('AeConvolutionGradient', { x, filter, ...outputs }, { ...geometry, needsInput: true }))
}
for (const activation of ['relu', 'sigmoid', 'tanh']) {
  for (const [m, k, n] of [
    [33, 20, 200],
    [5, 7, 19],
    [3, 4, 5],
  ] as const) {
    look(...runKernel('AeDense', { x: numbers([m, k]), kernel: numbers([k, n]), bias: numbers([n]) }, { activation }))
  }
}
for (const [rows, features] of [
  [33, 45],
  [2, 1300],
] as const) {
  const [output, target, dy] = [numbers([rows, features]), numbers([rows, features]), numbers([rows])]
  for (const [name, gradient, of] of [
    ['AeBernoulli', 'AeBernoulliGradient', 'logits'],
    ['AeSumOfSquares', 'AeSumOfSquaresGradient', 'prediction'],
    ['AeSumOfSquaresOfSigmoid', 'AeSumOfSquaresOfSigmoidGradient', 'output'],
  ] as const) {
    look(...runKernel(name, { [of]: output, target }), ...runKernel(gradient, { [of]: output, target, dy }))
  }
}
process.stdout.write(`${installed.kernels.vectorBits} ${hash.digest('hex')}`)
