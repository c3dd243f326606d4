// The arguments and flags that the verbs of a trained model share.
import { backendFlag, dataFlags, jsonFlag, outFlag, sourceFlags } from '../flags.ts'
import type { Argument, Flag } from '../verb.ts'

/** The model. */
export const modelArgument: Argument = {
  name: 'model',
  help: 'the file of a trained model: a path, an address, or - for stdin',
  path: 'file',
}

/** The data. */
export const dataArgument: Argument = {
  name: 'data',
  help: 'a file or a folder of examples, or - for stdin; the same as --data',
  isOptional: true,
  path: 'file',
}

/** The same, of verbs that take many files. */
export const manyDataArgument: Argument = {
  ...dataArgument,
  repeats: true,
  help: `${dataArgument.help}; several with --out FOLDER/`,
}

/** Of such a verb: what is there already is not made again. */
export function skipExistingFlag(what: string): Flag {
  return {
    name: 'skip-existing',
    type: 'flag',
    help: `with several files, leave out those whose ${what} are there`,
    group: 'output',
  }
}

/** Which data, and what of it. The model says the shape. */
export const examplesFlags: readonly Flag[] = [
  { ...dataFlags.data, value: '<place>', help: 'a file or a folder of examples, or - for stdin' },
  dataFlags.dataset,
  ...sourceFlags,
  {
    ...dataFlags.split,
    help: 'which part: of data in one piece, train and test are those of `ae train` (default: test where the data has that part, else all)',
  },
  dataFlags.limit,
]

/** What is written, and where. */
export function outputFlags(formats: readonly string[], out = '-'): readonly Flag[] {
  return [
    { ...outFlag, value: '<path>', default: out, help: 'where to write; its ending tells the format; - is stdout' },
    {
      name: 'format',
      type: 'text',
      value: '<name>',
      choices: formats,
      help: 'the format, whatever the ending',
      group: 'output',
    },
    { ...jsonFlag, help: 'JSON lines on stdout; with --out FILE one object about it instead' },
  ]
}

/** The formats of arrays and rows. */
export const arrayFormatNames = ['npy', 'npz', 'safetensors', 'parquet', 'csv', 'jsonl', 'json'] as const

/** The formats of examples. */
export const pictureFormatNames = ['png', ...arrayFormatNames] as const

/** Examples a batch. */
export const batchSizeFlag: Flag = {
  name: 'batch-size',
  type: 'count',
  value: '<count>',
  default: 256,
  help: 'examples a batch: changes speed, memory and the last digits of numbers',
  group: 'model',
}

/** The label of a model that needs labels. */
export const labelFlag: Flag = {
  name: 'label',
  type: 'text',
  value: '<label>',
  help: 'of a model that needs labels: one for all examples, by its number or the name of its class',
  group: 'model',
}

/** The backend, in the section of the model. */
export const modelBackendFlag: Flag = { ...backendFlag, value: '<name>', group: 'model' }

/** What the help of a verb that reads examples says. */
export const dataDetails = `Data: what \`ae train\` takes, by content; also JSON lines of numbers or of rows. Its shape must be the model's; pictures are
scaled to it. Rows of a table go through the transform in the model's file. .npy files are read piece by piece, on stdin too.`
