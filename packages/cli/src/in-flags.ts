// Errors of the libraries in the words of the command line: someone who typed `--batch-size` does not know `batchSize`.

/** Names of functions and options, and what the command calls them, applied in this order. */
const words: readonly (readonly [library: RegExp, command: string])[] = [
  [/npx ae-node-gpu/g, 'npx @ae/node-gpu'], // which is not installed with the command
  [/`from`: a folder/g, '--data: a folder'],
  [/; for single files use fromIdx/g, ''],
  [/`from`/g, '--data'],
  [/`?\bbatchSize\b`?(?::(?= \d))?/g, '--batch-size'],
  [/`?\blearningRate\b`?(?::(?= \d))?/g, '--learning-rate'],
  [/`(epochs|seed|limit)`/g, '--$1'],
  [/(?:add|use) wasm from @ae\/wasm(?: to the fallbacks)?/g, 'pass --backend wasm'],
  [/`(examples|labels)`/g, '--$1'],
  [/`columns`/g, '--examples'],
  [/columns: \{ ".*?": 'skip' \} of fromCsv and fromRows, or table\.select\(names\)/g, 'with --examples'],
  [/table\.select\(names\)/g, '--examples'],
  [/pass missing: \["(.*?)"\]/g, 'pass --missing "$1"'],
  [/leave it out: columns: \{ '': 'skip' \}/g, 'leave it out with --examples'],
  [/(?:pass )?columns: \{ .*? \}/g, 'leave it out with --examples'],
  [
    /'subfolders' or a function that names the class/g,
    "'subfolders', the class of a picture being the folder that it lies in",
  ],
  [/leave it out with `onBroken: "skip"`/g, 'take it out of the folder'],
  [
    /`(?:idxFolder|mnist|fashionMnist|from(?:Csv|Idx|Np[yz]|Parquet|Safetensors)|tabularTransform|apply|select|train|imageFolder|selectBackend)`/g,
    '`ae <verb>`',
  ],
  [/`(?:fromStateDict|fromKeras)`/g, '`ae <verb>`'],
  [/\boutputActivation: '(.*?)'/g, '--output-activation $1'],
  [/\bcodeActivation: '(.*?)'/g, '--code-activation $1'],
  [/\bactivation: '(.*?)'/g, '--activation $1'],
  [/`outputActivation`|\boutputActivation(?=,)/g, '--output-activation'],
  [/`codeActivation`|\bcodeActivation(?=,)/g, '--code-activation'],
  [/`activation`|(?<!-)\bactivation(?=, as)/g, '--activation'],
  [/`inputShape`|(?<=\bas )inputShape\b/g, '--input-shape'],
  [/^`ae train`/, '`ae <verb>`'], // said by code that reads data for other verbs too
  [/`startServer`/g, '`ae serve`'],
  [/`(token|host|port)`/g, '--$1'],
]

/**
 * A message with the flags of `ae` for the options of the libraries.
 *
 * @param message of an error of these packages
 * @param verb what was run
 */
export function inFlags(message: string, verb = 'train'): string {
  if (message.includes('a file as --config')) return message // whose settings have the names of options
  return words.reduce((text, [library, command]) => text.replace(library, command.replace('<verb>', verb)), message)
}
