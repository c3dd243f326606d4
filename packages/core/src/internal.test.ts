import { expect, test } from 'vitest'
import * as core from './index.ts'
import * as internal from './internal.ts'

test('what sister packages share', () => {
  expect(Object.keys(internal).sort()).toMatchInlineSnapshot(`
    [
      "addressOption",
      "anything",
      "assertBackend",
      "assertBatchOf",
      "assertDataset",
      "assertExamples",
      "assertMembers",
      "assertModel",
      "assertOption",
      "assertOptions",
      "assertTensor",
      "assertTerms",
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
