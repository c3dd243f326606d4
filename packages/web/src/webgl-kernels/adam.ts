// One Adam step, a draw call a variable (Kingma and Ba 2015; epsilon outside the root, as in PyTorch).
import * as kernels from '@ae/core/kernels'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { draw } from './draw.ts'
import { implement } from './kernel.ts'

/** The new parameters, then the new means, then the new squares. */
export const adam = implement(kernels.adam, ({ inputs, attributes }, backend) => {
  const { learningRate, beta1, beta2, epsilon, step } = attributes
  const numbers = {
    beta1,
    meanGain: 1 - beta1,
    beta2,
    squareGain: 1 - beta2,
    stepSize: learningRate / (1 - beta1 ** step),
    squareCorrection: 1 / Math.sqrt(1 - beta2 ** step),
    epsilon,
  }
  const moved = inputs.parameter.map(({ shape }, i) => {
    const own = Object.fromEntries(Object.entries(inputs).map(([name, tensors]) => [name, tensors[i] as TensorInfo]))
    const texels = ['newParameter()', 'newMean()', 'newSquare()']
    const outputs = texels.map((texel) => ({ shape, texel }))
    return draw(backend, { inputs: own, numbers, functions: move, outputs })
  })
  return [0, 1, 2].flatMap((output) => moved.map((outputs) => outputs[output] as TensorInfo))
})

const move = `
  vec4 newMean() { return beta1 * getMean() + meanGain * getGradient(); }
  vec4 newSquare() { return beta2 * getSquare() + squareGain * getGradient() * getGradient(); }
  vec4 newParameter() {
    return getParameter() - stepSize * newMean() / (squareCorrection * sqrt(newSquare()) + epsilon);
  }`
