import { expect, test } from 'vitest'
import * as models from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(models).sort()).toMatchInlineSnapshot(`
    [
      "activations",
      "autoencoder",
      "betaTcVae",
      "conditionalVae",
      "convolutionalArchitecture",
      "customArchitecture",
      "denseArchitecture",
      "interpolate",
      "iwae",
      "vae",
      "vqVae",
    ]
  `)
})
