// Reads the files of Keras 3 (.keras, .weights.h5) and Keras 2 (.h5), into layers with names, options and weights.
import { type Json, WeightsError } from '@ae/core'
import { type ByteSource, type FileSource, withBytes } from '../bytes/byte-source.ts'
import { FormatProblem } from '../bytes/format-problem.ts'
import { isZip, readZipDirectory } from '../bytes/zip-directory.ts'
import { type Hdf5Group, isHdf5, readHdf5 } from './hdf5/read-hdf5.ts'
import { type KerasModel, objectOf, textOf } from './keras-model.ts'
import { type FindWeights, layerOfConfig } from './layers-of-config.ts'
import { layersOfWeights, weightsByName } from './weights-of-keras-3.ts'
import { weightsByPath, weightsOfKeras2 } from './weights-of-paths.ts'

/**
 * Reads a model, or weights alone, that Keras wrote. Nothing in the file is executed: layers of the user's own classes are listed
 * with their names and weights.
 *
 * @param source the file: its bytes, a `File` of a page, a store, or in Node a path
 * @returns its layers in order. Their weights are decoded on first use, which throws a `WeightsError` where they are damaged
 * @throws {WeightsError} when it is not such a file, is damaged, or has what is not read, such as arrays packed with lzf
 * @example
 * ```ts
 * const { layers } = await readKeras('autoencoder.keras')
 * for (const { name, className, tensors } of layers) console.log(name, className, [...tensors.keys()])
 * ```
 */
export async function readKeras(source: FileSource): Promise<KerasModel> {
  return withBytes(functionName, source, async (bytes) => {
    const beginning = await bytes.read(0, Math.min(8, bytes.size))
    if (isZip(beginning)) return readArchive(bytes)
    if (isHdf5(beginning)) return readWeightsFile(await bytes.read(0, bytes.size), bytes.name)
    throw new WeightsError(`\`${functionName}\` cannot read ${bytes.name}: it does not begin like a file of Keras.`, {
      facts: { Expected: 'a .keras archive, or an HDF5 file: .weights.h5 or .h5' },
      fix: 'check that the path or address is that of the file itself, not of a page about it',
    })
  })
}

const functionName = 'readKeras'

async function readArchive(bytes: ByteSource): Promise<KerasModel> {
  const entries = await orRefuse(bytes, () => readZipDirectory(bytes))
  const read = async (name: string) => {
    const entry = entries.get(name)
    if (entry === undefined) {
      throw new WeightsError(`\`${functionName}\` cannot read ${bytes.name}: it is an archive, but not of Keras.`, {
        facts: { Expected: `a file ${name} in it`, Received: [...entries.keys()].slice(0, 8).join(', ') },
        fix: 'pass a file that model.save("model.keras") of Keras 3 wrote',
      })
    }
    return orRefuse(bytes, () => entry.read())
  }
  const config = parse(new TextDecoder().decode(await read('config.json')), bytes.name)
  const metadata = parse(new TextDecoder().decode(await read('metadata.json')), bytes.name)
  const weights = (await read('model.weights.h5')).slice()
  const root = readHdf5(weights, { caller: functionName, source: `model.weights.h5 of ${bytes.name}` })
  const version = textOf(objectOf(metadata).keras_version)
  const read3 = modelOf(config, weightsByName(root), { format: 'keras', version, source: bytes.name })
  // A class of the user's, whose file says nothing of its layers.
  return read3.layers.length > 0 ? read3 : { ...read3, layers: layersOfWeights(root).layers }
}

function readWeightsFile(bytes: Uint8Array, source: string): KerasModel {
  const root = readHdf5(bytes, { caller: functionName, source })
  const version = textOf(root.attributes.get('keras_version')?.[0])
  const config = root.attributes.get('model_config')?.[0]
  const weights = root.groups.get('model_weights')
  if (typeof config === 'string' && weights !== undefined) {
    const find = weightsByPath([...weightsOfKeras2(weights)])
    return modelOf(parse(config, source), find, { format: 'h5', version, source })
  }
  return { ...weightsAlone(root), format: 'weights.h5', version, source }
}

/** Weights of Keras 3, or of `save_weights` of Keras 2, whose root names its layers. */
function weightsAlone(root: Hdf5Group) {
  const names = root.attributes.get('layer_names')
  if (names === undefined) return layersOfWeights(root)
  const all = [...weightsOfKeras2(root)]
  const find = weightsByPath(all)
  const inOrder = names.map(String)
  const layers = inOrder.flatMap((name) => {
    const group = root.groups.get(name)
    const own = group === undefined ? [] : all.filter(({ path }) => path.startsWith(`${name}/`))
    const inner = [...new Set(own.map(({ path }) => path.split('/').at(-2) ?? name))]
    return inner.map((layer) => {
      const tensors = find(
        { path: [name], keys: [] },
        { name: layer, className: '', config: {}, inputs: [], layers: [], outputs: [] },
      )
      const isDense = tensors.get('kernel')?.shape.length === 2
      return {
        name: layer,
        className: isDense ? 'Dense' : '',
        config: {},
        tensors,
        inputs: [],
        layers: [],
        outputs: [],
      }
    })
  })
  return { name: '', className: '', config: {}, tensors: new Map(), inputs: [], layers, outputs: [] }
}

function modelOf(config: Json, find: FindWeights, rest: Pick<KerasModel, 'format' | 'version' | 'source'>): KerasModel {
  return { ...layerOfConfig(config, find), ...rest }
}

function parse(text: string, source: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    throw new WeightsError(`\`${functionName}\` cannot read ${source}: its configuration is not JSON.`, {
      fix: 'the file is damaged: copy or download it again',
    })
  }
}

async function orRefuse<value>({ name }: ByteSource, read: () => Promise<value>): Promise<value> {
  try {
    return await read()
  } catch (cause) {
    if (!(cause instanceof FormatProblem)) throw cause
    throw new WeightsError(`\`${functionName}\` cannot read ${name}: ${cause.message}.`, {
      fix: 'the file is damaged: copy or download it again',
    })
  }
}
