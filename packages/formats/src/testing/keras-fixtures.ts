// Files that Keras wrote, and what Keras computes with them: see reference/keras_models.py.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const folder = join(import.meta.dirname, '../../fixtures/keras')

/** A model's inputs and what it makes of them, each of two examples. */
export interface KerasCase {
  readonly input: readonly number[]
  readonly shape: readonly number[]
  readonly output: readonly number[]
  readonly code?: readonly number[]
  readonly mean?: readonly number[]
  readonly logVariance?: readonly number[]
}

/** A file. */
export function kerasFile(name: string): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(join(folder, `${name}.gz`))))
}

/** What Keras computes. */
export function kerasCase(name: string): KerasCase {
  const casesIn = (file: string): Record<string, KerasCase> =>
    JSON.parse(readFileSync(join(folder, file), 'utf8')).cases
  const found = { ...casesIn('keras.json'), ...casesIn('keras2.json') }[name]
  if (found === undefined) throw new Error(`no case ${name}`)
  return found
}
