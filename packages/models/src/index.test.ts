import { expect, test } from 'vitest'
import * as models from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(models).sort()).toMatchInlineSnapshot(`
    [
      "activations",
      "allModels",
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
      "inspect",
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
      "summary",
      "traverse",
      "vae",
      "vqVae",
    ]
  `)
})
