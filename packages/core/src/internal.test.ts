import { expect, test } from 'vitest'
import * as core from './index.ts'
import * as internal from './internal.ts'

test('what sister packages share', () => {
  expect(Object.keys(internal).sort()).toMatchInlineSnapshot(`
    [
      "addressOption",
      "anything",
      "areCheckedLabels",
      "assertBackend",
      "assertBatchOf",
      "assertDataset",
      "assertExamples",
      "assertMembers",
      "assertModel",
      "assertOption",
      "assertOptions",
      "assertTensor",
      "assertTrainable",
      "assignWeights",
      "backendOption",
      "bytesOption",
      "configOption",
      "contextOption",
      "crc32",
      "decodeModelFile",
      "download",
      "downloadChecks",
      "extensionOf",
      "fetchable",
      "finiteNumber",
      "firstUnknownLabel",
      "functionOption",
      "holdForTraining",
      "initialVariable",
      "inputOf",
      "intervalOption",
      "isNode",
      "lackOf",
      "likelihoodOption",
      "makeFromConfig",
      "modelKindsOption",
      "nameOption",
      "nodeModule",
      "nonNegativeInteger",
      "nonNegativeNumber",
      "objectiveOption",
      "oneOf",
      "openShare",
      "optimizerOption",
      "optional",
      "positiveInteger",
      "positiveNumber",
      "printable",
      "probabilityOption",
      "readStore",
      "seedOption",
      "shapeOption",
      "show",
      "signalOption",
      "sizesOption",
      "stringOption",
      "suggest",
      "trainAs",
      "variablesOption",
      "wrongShape",
    ]
  `)
})

test('nothing is in both', () => {
  expect(Object.keys(internal).filter((name) => name in core)).toEqual([])
})
