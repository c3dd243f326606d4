import { expect, test } from 'vitest'
import * as models from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(models).sort()).toMatchInlineSnapshot(`
    [
      "activations",
      "autoencoder",
      "betaTcVae",
      "codeSampler",
      "conditionalVae",
      "contractiveAutoencoder",
      "convolutionalArchitecture",
      "corruptionFromConfig",
      "customArchitecture",
      "denoisingAutoencoder",
      "denseArchitecture",
      "gaussianNoise",
      "gaussianSampler",
      "interpolate",
      "iwae",
      "layersArchitecture",
      "manifold",
      "maskingNoise",
      "mixtureSampler",
      "pretrain",
      "saltAndPepperNoise",
      "sparseAutoencoder",
      "stackedAutoencoder",
      "traverse",
      "vae",
      "vqVae",
    ]
  `)
})
