// The differentiable ops of the kernel interface, each with its value and gradients in float64.
import type { Trace } from '@ae/core'
import {
  bernoulliNegativeLogLikelihood,
  gaussianKl,
  gaussianNegativeLogLikelihood,
  klSparsity,
  reparameterize,
  squaredError,
} from '@ae/losses'
import { squeeze, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import type { FusedActivation } from '../../../packages/models/src/networks/activation.ts'
import { dense } from '../../../packages/models/src/networks/dense.ts'
import { combine, type Matrix, matrix, product, randomMatrix, sumRows, transpose } from './matrix.ts'

/** An op at a point. */
export interface KernelCase {
  readonly name: string
  /** From `inputs`, and `constants` after them. */
  readonly op: (...inputs: Tensor2D[]) => Tensor
  readonly inputs: readonly Matrix[]
  readonly constants: readonly Matrix[]
  /** The gradient of the op's value. */
  readonly dy: Matrix
  readonly value: Matrix
  /** One per input. */
  readonly gradients: readonly Matrix[]
}

/** Sizes that do not fill vector registers and workgroups evenly, and some that do. */
const sizes = [
  [1, 1],
  [1, 5],
  [3, 7],
  [4, 16],
  [7, 129],
  [33, 100],
] as const

/** Every op in every size. */
export function kernelCases(): KernelCase[] {
  return [
    ...sizes.flatMap(([batch, features]) => [
      bernoulli(batch, features),
      gaussian(batch, features),
      squares(batch, features),
      sparsity(batch, features),
      divergence(batch, features),
      sample(batch, features),
    ]),
    ...(['linear', 'relu', 'sigmoid', 'tanh'] as const).flatMap((activation) => [
      layer(activation, 1, 1, 1),
      layer(activation, 2, 3, 5),
      layer(activation, 7, 13, 9),
      layer(activation, 17, 33, 65),
      layer(activation, 16, 64, 32),
    ]),
  ]
}

function bernoulli(batch: number, features: number): KernelCase {
  const logits = randomMatrix('logits', batch, features, -20, 20)
  const target = randomMatrix('target', batch, features, 0, 1)
  const dy = randomMatrix('dy', batch, 1, -2, 2)
  const softplus = (l: number) => Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l)))
  return {
    name: `bernoulliNegativeLogLikelihood [${batch}, ${features}]`,
    op: bernoulliNegativeLogLikelihood,
    inputs: [logits],
    constants: [target],
    dy,
    value: sumRows(combine((l, x) => softplus(l) - l * x, logits, target)),
    gradients: [combine((l, x, d) => (sigmoid(l) - x) * d, logits, target, dy)],
  }
}

function gaussian(batch: number, features: number): KernelCase {
  const mean = randomMatrix('mean', batch, features, -4, 4)
  const target = randomMatrix('target', batch, features, -4, 4)
  const dy = randomMatrix('dy', batch, 1, -2, 2)
  const scale = 0.75
  const constant = Math.log(scale) + Math.log(2 * Math.PI) / 2
  return {
    name: `gaussianNegativeLogLikelihood [${batch}, ${features}]`,
    op: (mean, target) => gaussianNegativeLogLikelihood(mean, target as Tensor2D, scale),
    inputs: [mean],
    constants: [target],
    dy,
    value: sumRows(combine((m, x) => ((x - m) / scale) ** 2 / 2 + constant, mean, target)),
    gradients: [combine((m, x, d) => ((m - x) / scale ** 2) * d, mean, target, dy)],
  }
}

function squares(batch: number, features: number): KernelCase {
  const output = randomMatrix('output', batch, features, -6, 6)
  const target = randomMatrix('target', batch, features, 0, 1)
  const dy = randomMatrix('dy', batch, 1, -2, 2)
  const likelihood = squaredError({ activation: 'sigmoid' })
  const slope = (o: number) => sigmoid(o) * (1 - sigmoid(o))
  return {
    name: `squaredError of sigmoid [${batch}, ${features}]`,
    op: (output, target) => likelihood.negativeLogLikelihood(output, target as Tensor2D),
    inputs: [output],
    constants: [target],
    dy,
    value: sumRows(combine((o, t) => (sigmoid(o) - t) ** 2, output, target)),
    gradients: [combine((o, t, d) => 2 * (sigmoid(o) - t) * slope(o) * d, output, target, dy)],
  }
}

function sparsity(batch: number, units: number): KernelCase {
  const code = randomMatrix('code', batch, units, 0.01, 0.99)
  const dy = randomMatrix('dy', 1, 1, -2, 2)
  const rate = 0.05
  const means = product(
    matrix(1, batch, () => 1 / batch),
    code,
  )
  const divergences = combine((a) => rate * Math.log(rate / a) + (1 - rate) * Math.log((1 - rate) / (1 - a)), means)
  const slopes = combine((a) => ((1 - rate) / (1 - a) - rate / a) / batch, means)
  return {
    name: `klSparsity [${batch}, ${units}]`,
    op: (code) => klSparsity({ rate })({ code } as Trace, 0).sparsity as Tensor,
    inputs: [code],
    constants: [],
    dy,
    value: sumRows(divergences),
    gradients: [
      product(
        matrix(batch, 1, () => Number(dy.values[0])),
        slopes,
      ),
    ],
  }
}

function divergence(batch: number, latents: number): KernelCase {
  const mean = randomMatrix('mean', batch, latents, -4, 4)
  const logVariance = randomMatrix('logVariance', batch, latents, -6, 3)
  const dy = randomMatrix('dy', batch, 1, -2, 2)
  return {
    name: `gaussianKl [${batch}, ${latents}]`,
    op: gaussianKl,
    inputs: [mean, logVariance],
    constants: [],
    dy,
    value: sumRows(combine((m, v) => (Math.exp(v) + m * m - 1 - v) / 2, mean, logVariance)),
    gradients: [combine((m, d) => m * d, mean, dy), combine((v, d) => ((Math.exp(v) - 1) / 2) * d, logVariance, dy)],
  }
}

function sample(batch: number, latents: number): KernelCase {
  const mean = randomMatrix('mean', batch, latents, -4, 4)
  const logVariance = randomMatrix('logVariance', batch, latents, -6, 3)
  const noise = randomMatrix('noise', batch, latents, -3, 3)
  const dy = randomMatrix('dy', batch, latents, -2, 2)
  return {
    name: `reparameterize [${batch}, ${latents}]`,
    op: reparameterize,
    inputs: [mean, logVariance],
    constants: [noise],
    dy,
    value: combine((m, v, e) => m + Math.exp(v / 2) * e, mean, logVariance, noise),
    gradients: [dy, combine((d, v, e) => (d * Math.exp(v / 2) * e) / 2, dy, logVariance, noise)],
  }
}

function layer(activation: FusedActivation, batch: number, inputs: number, outputs: number): KernelCase {
  const { value, derivative } = activations[activation]
  const x = randomMatrix('x', batch, inputs, -1, 1)
  const weight = randomMatrix('weight', inputs, outputs, -1, 1)
  const bias = randomMatrix('bias', 1, outputs, -1, 1)
  const dy = randomMatrix('dy', batch, outputs, -2, 2)
  const ones = matrix(batch, 1, () => 1)
  const output = combine((sum, b) => value(sum + b), product(x, weight), product(ones, bias))
  const dSum = combine((d, y) => d * derivative(y), dy, output)
  return {
    name: `dense [${batch}, ${inputs}] to ${outputs}, ${activation}`,
    op: (x, weight, bias) => dense(x, weight, squeeze(bias, [0]), activation, { inputGradient: true }),
    inputs: [x, weight, bias],
    constants: [],
    dy,
    value: output,
    gradients: [product(dSum, transpose(weight)), product(transpose(x), dSum), product(transpose(ones), dSum)],
  }
}

/** Activations, and their derivatives as functions of their outputs. */
const activations = {
  linear: { value: (x: number) => x, derivative: () => 1 },
  relu: { value: (x: number) => Math.max(x, 0), derivative: (y: number) => (y > 0 ? 1 : 0) },
  sigmoid: { value: sigmoid, derivative: (y: number) => y * (1 - y) },
  tanh: { value: Math.tanh, derivative: (y: number) => 1 - y * y },
} as const

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}
