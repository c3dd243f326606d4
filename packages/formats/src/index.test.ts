import { expect, test } from 'vitest'
import * as formats from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(formats).sort()).toMatchInlineSnapshot(`
    [
      "exportLayersModel",
      "exportOnnx",
      "fromKeras",
      "fromStateDict",
      "importLayers",
      "importStateDict",
      "layersModelFiles",
      "pytorchModule",
      "readKeras",
      "readLayersModel",
      "readPyTorch",
      "readShardedSafetensors",
      "toStateDict",
    ]
  `)
})
