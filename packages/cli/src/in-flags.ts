// What errors of the libraries say, in the words of the command line: who typed `--batch-size` knows of no `batchSize`.

/** Names of functions and options, and what the command calls them; the first that fits a place counts. */
const words: readonly (readonly [library: RegExp, command: string])[] = [
  [/`from`: a folder/g, '--data: a folder'],
  [/; for single files use fromIdx/g, ''],
  [/`from`/g, '--data'],
  [/`?\bbatchSize\b`?(?::(?= \d))?/g, '--batch-size'],
  [/`?\blearningRate\b`?(?::(?= \d))?/g, '--learning-rate'],
  [/`(epochs|seed|limit)`/g, '--$1'],
  [/(?:add|use) wasm from @ae\/wasm(?: to the fallbacks)?/g, 'pass --backend wasm'],
  [/`(?:idxFolder|mnist|fashionMnist|train|selectBackend)`/g, '`ae train`'],
]

/**
 * A message with the flags of `ae train` for the options of the libraries.
 *
 * @param message of an error of these packages
 */
export function inFlags(message: string): string {
  return words.reduce((text, [library, command]) => text.replace(library, command), message)
}
