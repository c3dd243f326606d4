import { expect, test } from 'vitest'
import * as models from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(models).sort()).toMatchInlineSnapshot(`
    [
      "activations",
      "autoencoder",
      "betaTcVae",
      "codeStatistics",
      "conditionalVae",
      "contractiveAutoencoder",
      "convolutionalArchitecture",
      "corruptionFromConfig",
      "customArchitecture",
      "denoisingAutoencoder",
      "denseArchitecture",
      "gaussianNoise",
      "interpolate",
      "iwae",
      "maskingNoise",
      "pretrain",
      "saltAndPepperNoise",
      "sparseAutoencoder",
      "stackedAutoencoder",
      "vae",
      "vqVae",
    ]
  `)
})
