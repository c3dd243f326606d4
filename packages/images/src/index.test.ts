import { expect, test } from 'vitest'
import * as images from './index.ts'

test('the public names of @ae/images', () => {
  expect(Object.keys(images).sort()).toMatchInlineSnapshot(`
    [
      "barChart",
      "captionedGrid",
      "comparisonGrid",
      "drawOnCanvas",
      "encodeAnimation",
      "encodePng",
      "grid",
      "histogram",
      "lineChart",
      "lossCurves",
      "readImages",
      "scatterPlot",
      "toBlobUrl",
      "toImageData",
    ]
  `)
})
