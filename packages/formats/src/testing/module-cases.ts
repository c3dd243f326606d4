// Small models of every kind of layer, each of which PyTorch rebuilds by the program that we print: reference/pytorch_modules.py
// runs those programs and writes weights and outputs.
import type { SavableModel } from '@ae/core'
import { gaussian, laplace, squaredError } from '@ae/losses'
import {
  autoencoder,
  conditionalVae,
  convolutionalArchitecture,
  denoisingAutoencoder,
  denseArchitecture,
  iwae,
  stackedAutoencoder,
  vae,
  vqVae,
} from '@ae/models'
import type * as tf from '@tensorflow/tfjs-core'

/** A model as the tests of the exchange need it. */
export type CaseModel = SavableModel & {
  readonly inputShape: readonly number[]
  reconstruct(x: tf.Tensor): tf.Tensor
  encode(x: tf.Tensor): tf.Tensor2D
  [Symbol.dispose](): void
}

/** The labels of the three examples, of the model that takes any. */
export const caseLabels = [0, 2, 1]

/** Makes each model. */
export const moduleCases: Readonly<Record<string, () => CaseModel>> = {
  'dense-vae': () => vae({ inputShape: [4, 3, 2], latentSize: 3, hidden: [6], seed: 1 }),
  'dense-autoencoder-layer-norm': () =>
    autoencoder({
      inputShape: [5],
      codeSize: 3,
      codeActivation: 'tanh',
      likelihood: squaredError({ activation: 'linear' }),
      architecture: denseArchitecture({ hidden: [7, 6], activation: 'swish', normalization: 'layer' }),
    }),
  'dense-iwae-per-feature': () =>
    iwae({
      inputShape: [3, 3, 2],
      latentSize: 2,
      samples: 2,
      likelihood: gaussian({ standardDeviation: 'perFeature' }),
      architecture: denseArchitecture({ hidden: [6], normalization: 'batch', activation: 'softplus' }),
    }),
  'dense-rows': () =>
    denoisingAutoencoder({ model: stackedAutoencoder({ inputShape: [4, 3], hidden: [5], codeSize: 2 }) }),
  'dense-conditional-vae': () => {
    const model = conditionalVae({ inputShape: [6], latentSize: 2, classes: 3, hidden: [5] })
    const reconstruct = (x: tf.Tensor) => model.reconstruct(x, caseLabels)
    return { ...model, reconstruct, encode: (x: tf.Tensor) => model.encode(x, caseLabels) }
  },
  'convolutional-vae-batch-norm': () =>
    vae({
      inputShape: [8, 8, 3],
      latentSize: 3,
      likelihood: gaussian({ standardDeviation: 'shared' }),
      architecture: convolutionalArchitecture({ channels: [4, 5], normalization: 'batch', hidden: [6], kernelSize: 4 }),
    }),
  'convolutional-vae-odd': () =>
    vae({
      inputShape: [7, 6, 1],
      latentSize: 2,
      likelihood: laplace({ scale: 'perFeature' }),
      architecture: convolutionalArchitecture({ channels: [3, 4], activation: 'leakyRelu', normalization: 'layer' }),
    }),
  'convolutional-autoencoder-resize': () =>
    autoencoder({
      inputShape: [7, 6, 2],
      codeSize: 3,
      architecture: convolutionalArchitecture({
        channels: [3, 4],
        activation: 'elu',
        upsampling: 'resize',
        normalization: 'batch',
      }),
    }),
  'convolutional-autoencoder-gaps': () =>
    autoencoder({
      inputShape: [8, 5, 1],
      codeSize: 3,
      architecture: convolutionalArchitecture({ channels: [3], activation: 'selu', kernelSize: 2, stride: 3 }),
    }),
  'signal-vae': () =>
    vae({
      inputShape: [11, 2],
      latentSize: 2,
      architecture: convolutionalArchitecture({ channels: [3, 4], normalization: 'layer' }),
    }),
  'vq-vae': () =>
    vqVae({
      inputShape: [8, 8, 1],
      codebookSize: 6,
      embeddingSize: 3,
      architecture: convolutionalArchitecture({ channels: [3, 4] }),
    }),
  'vq-vae-dense': () => vqVae({ inputShape: [6], codebookSize: 5, embeddingSize: 2, positions: 3, hidden: [7] }),
}
