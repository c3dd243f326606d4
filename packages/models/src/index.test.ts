import { expect, test } from 'vitest'
import * as models from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(models).sort()).toMatchInlineSnapshot(`
    [
      "activations",
      "autoencoder",
      "convolutionalArchitecture",
      "denseArchitecture",
      "interpolate",
      "vae",
    ]
  `)
})
