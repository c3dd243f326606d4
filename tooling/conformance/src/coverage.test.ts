// The tfjs kernels that models, losses and metrics run are among those compared with PyTorch. Runs on cpu, which fuses none;
// kernels that other backends fuse are also compared with float64.
import { memory, registerGradients, sizeOfShape, type Trainable, termsOf, uniforms } from '@ae/core'
import { annealedLogLikelihood, report } from '@ae/metrics'
import { interpolate } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import type { GradientCase } from '../../../packages/core/src/gradients/testing/cases/row.ts'
import { gradientCases } from '../../../packages/core/src/gradients/testing/cases.ts'
import { onBackend, tfjsName } from './on-backend.ts'
import { smallModels, totalOf } from './small-models.ts'
import { images, smallVae, trainSmall } from './small-training.ts'

onBackend('coverage', () => {
  beforeAll(registerGradients)

  test('every kernel that our programs run is compared with PyTorch', async () => {
    const tested = await kernelsOf(() => gradientCases.forEach(runCase))
    const used = await kernelsOf(async () => {
      for (const create of Object.values(smallModels)) runModel(create())
      await runEverythingElse()
    })
    expect(used.length).toBeGreaterThan(50)
    expect(used.filter((name) => !tested.includes(name))).toEqual([])
  })
})

/** The names of the kernels that run during the call, sorted. */
async function kernelsOf(body: () => void | Promise<void>): Promise<string[]> {
  const names = new Set<string>()
  const kernels = tf.getKernelsForBackend(tfjsName)
  const replaceBy = (next: (kernel: tf.KernelConfig) => tf.KernelConfig) => {
    for (const kernel of kernels) {
      tf.unregisterKernel(kernel.kernelName, tfjsName)
      tf.registerKernel(next(kernel))
    }
  }
  replaceBy(({ kernelName, backendName, kernelFunc }) => ({
    kernelName,
    backendName,
    kernelFunc: (call) => {
      names.add(kernelName)
      return kernelFunc(call)
    },
  }))
  try {
    await body()
  } finally {
    replaceBy((kernel) => kernel)
  }
  return [...names].toSorted()
}

function runCase({ name, op, inputs }: GradientCase): void {
  tf.tidy(() => {
    const program = op as (...inputs: tf.Tensor[]) => tf.Tensor
    const points = inputs.map(({ shape, from }) => tf.add(tf.randomUniform([...shape], 0, 0.2, 'float32', name), from))
    program(...points) // fused if no gradient is requested
    tf.grads(program)(points)
  })
}

function runModel(model: Trainable): void {
  tf.tidy(() => {
    const { inputShape, variables } = model
    const x = tf.tensor(uniforms('x', {}, 2 * sizeOfShape(inputShape)), [2, ...inputShape])
    const total = () => totalOf(termsOf(model.objective, model.trace(x, { seed: 3, step: 1, training: true })))
    tf.variableGrads(total, Object.values(variables))
  })
  model.dispose()
}

async function runEverythingElse(): Promise<void> {
  using model = smallVae()
  await trainSmall(model, { checkpoint: memory() })
  tf.tidy(() => {
    const x = tf.zeros([2, ...model.inputShape])
    model.reconstruct(x)
    model.sample(2, { seed: 1 })
    interpolate(model, tf.slice(x, 0, 1), tf.slice(x, 1, 1))
  })
  await report(model, images, { samples: 4, codes: 2 })
  await annealedLogLikelihood(model, images, { chains: 2, temperatures: 3, leapfrogSteps: 2 })
}
