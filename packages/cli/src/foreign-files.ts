// Files of weights of other programs: what they are, and what they hold.
import { stat } from 'node:fs/promises'
import { readSafetensors, type StoredTensor, WeightsError } from '@ae/core'
import {
  type KerasLayer,
  type KerasModel,
  readKeras,
  readLayersModel,
  readPyTorch,
  readShardedSafetensors,
} from '@ae/formats'

/** What a file of another program holds: tensors of a state dict, or layers of Keras. */
export type ForeignFile =
  | { readonly what: string; readonly tensors: ReadonlyMap<string, StoredTensor>; readonly keras?: undefined }
  | { readonly what: string; readonly keras: KerasModel; readonly tensors?: undefined }

/** How a file is read. */
export interface ForeignSource {
  /** What was run, for messages. */
  readonly verb: string
  /** Its path, an address, or `stdin`. */
  readonly name: string
  /** Its content; of a folder none. */
  readonly bytes: Uint8Array | undefined
  /** Which entry of a checkpoint of PyTorch holds the weights. Defaults to the usual ones. */
  readonly key?: string | undefined
}

/**
 * Reads a file of PyTorch, Keras, TensorFlow.js or of safetensors.
 *
 * @throws {WeightsError} when it is none of these, or cannot be read
 */
export async function readForeign({ verb, name, bytes, key }: ForeignSource): Promise<ForeignFile> {
  const beginning = Buffer.from(bytes?.subarray(0, 4096) ?? []).toString('latin1')
  if (bytes === undefined || name.endsWith('.index.json')) return shards(name)
  if (beginning.startsWith('{')) {
    return { what: 'a layers model of TensorFlow.js', keras: await readLayersModel(name) }
  }
  if (beginning.startsWith('\x89HDF')) return { what: 'a file of Keras, HDF5', keras: await readKeras(bytes) }
  if (beginning.startsWith('PK') && /config\.json|metadata\.json|model\.weights\.h5/.test(beginning.slice(0, 100))) {
    return { what: 'a file of Keras 3', keras: await readKeras(bytes) }
  }
  if (beginning.startsWith('PK') || (beginning.charCodeAt(0) === 0x80 && beginning.charCodeAt(1) <= 5)) {
    return { what: 'a file of PyTorch', tensors: (await readPyTorch(bytes, { key })).tensors }
  }
  if (beginning[8] === '{') {
    return { what: 'safetensors', tensors: readSafetensors(bytes, { caller: verb, source: name }).tensors }
  }
  throw new WeightsError(`\`${verb}\` received a file of an unknown format: ${name}.`, {
    facts: {
      Expected: 'safetensors, .pt, .keras, .h5, model.json of TensorFlow.js, or a folder of safetensors with an index',
      Received:
        beginning === '' ? 'an empty file' : `a file that begins with ${JSON.stringify(beginning.slice(0, 12))}`,
    },
    fix: 'check that the path is that of the file itself; of ONNX, convert the program that it was exported from',
  })
}

/** Whether a path is a folder. */
export function isFolderOfShards(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  )
}

async function shards(path: string): Promise<ForeignFile> {
  const { tensors } = await readShardedSafetensors(path)
  return { what: 'safetensors in several files', tensors }
}

/** The layers of a Keras model, those of models inside of it too. */
export function* layersOf(layer: KerasLayer): Generator<KerasLayer> {
  for (const inner of layer.layers) {
    yield inner
    yield* layersOf(inner)
  }
}
