// One Adam step, a draw call a variable (Kingma and Ba 2015; epsilon outside the root, as in PyTorch).
import { fusedKernels } from '@ae/core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { draw } from './draw.ts'
import type { WebglKernel } from './kernel.ts'

/** The new parameters, then the new means, then the new squares. */
export const adam: WebglKernel = {
  name: fusedKernels.adam,
  run: ({ input, attributes, backend }) => {
    const { count, learningRate, beta1, beta2, epsilon, step } = attributes as Record<string, number> & Settings
    const numbers = {
      beta1,
      meanGain: 1 - beta1,
      beta2,
      squareGain: 1 - beta2,
      stepSize: learningRate / (1 - beta1 ** step),
      squareCorrection: 1 / Math.sqrt(1 - beta2 ** step),
      epsilon,
    }
    const moved = Array.from({ length: count }, (_, i) => {
      const of = (name: string) => input(`${name}${i}`)
      const inputs = { parameter: of('parameter'), gradient: of('gradient'), mean: of('mean'), square: of('square') }
      const { shape } = inputs.parameter
      const texels = ['newParameter()', 'newMean()', 'newSquare()']
      return draw(backend, { inputs, numbers, functions: move, outputs: texels.map((texel) => ({ shape, texel })) })
    })
    return [0, 1, 2].flatMap((output) => moved.map((outputs) => outputs[output] as TensorInfo))
  },
}

type Settings = Readonly<Record<'count' | 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'step', number>>

const move = `
  vec4 newMean() { return beta1 * getMean() + meanGain * getGradient(); }
  vec4 newSquare() { return beta2 * getSquare() + squareGain * getGradient() * getGradient(); }
  vec4 newParameter() {
    return getParameter() - stepSize * newMean() / (squareCorrection * sqrt(newSquare()) + epsilon);
  }`
