// The calls of @ae/formats.
import { gunzipSync } from 'node:zlib'
import { memory } from '@ae/core'
import * as formats from '@ae/formats'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const { flag, object, oneOf, options, seed, shape } = kinds
const { models } = world

const { tensors } = await formats.toStateDict(models.vae)
const tensorsByName: kinds.Kind = {
  name: 'tensors by name',
  isGood: (value) => value instanceof Map && [...value.values()].every((tensor) => Array.isArray(tensor?.shape)),
}
const exchangeable = place(
  object('a model', {
    kind: kinds.text,
    config: { name: 'an object', isGood: (value) => typeof value === 'object' && value !== null },
    likelihood: object('a likelihood', { config: object('a config', { kind: kinds.text }) }),
    variables: world.variables,
    state: kinds.optional(world.variables),
  }),
  models.vae,
)
const source: kinds.Kind = {
  name: 'a file',
  isGood: (value) =>
    value instanceof Uint8Array ||
    value instanceof ArrayBuffer ||
    value instanceof Blob ||
    world.store.isGood(value) ||
    (typeof value === 'string' && value !== ''),
}
/** A path or address, a folder, or files. */
const shards: kinds.Kind = {
  name: 'the files of a model',
  isGood: (value) =>
    (typeof value === 'string' && value !== '') ||
    value instanceof URL ||
    (Array.isArray(value) && value.length > 0 && value.every((file) => file instanceof File)) ||
    (typeof value === 'object' && value !== null && ['list', 'file'].every((member) => member in value)),
}
/** A model of Keras, as readKeras gives it: no layers but one without weights. */
const keras = await formats.readLayersModel(
  await formats.exportLayersModel(models.autoencoder, { part: 'autoencoder' }),
)
const kerasKind: kinds.Kind = {
  name: 'a file or a model of Keras',
  isGood: (value) => source.isGood(value) || value === keras,
}
const activation = oneOf('relu', 'tanh')
/** What fills no variable: the report lists all of them. */
const lenient = { map: {}, strict: false }
const layersKind: kinds.Kind = {
  name: 'layers',
  isGood: (value) => Array.isArray(value) && Array.from(value).every((layer) => keras.layers.includes(layer)),
}
const artifacts = await formats.exportLayersModel(models.vae, { part: 'decoder' })
const artifactsKind = object('artifacts', {
  modelTopology: { name: 'an object', isGood: (value) => typeof value === 'object' && value !== null },
  weightSpecs: { name: 'a list', isGood: Array.isArray },
  weightData: { name: 'bytes', isGood: (value) => value instanceof ArrayBuffer },
})

/** The magic number of torch.save before 1.6, and no more. */
const legacy = Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e)

/** An HDF5 file whose root group is empty. */
const emptyHdf5 = new Uint8Array(
  gunzipSync(
    Buffer.from(
      'H4sIAAAAAAACA+v0cHHj5ZLiYubgYICB/1CwGco3gNJTQ8O6/T1cgpgYKpiEkBXCABcTAyNQOIKBZuDozhNrAOZTCKazAAAA',
      'base64',
    ),
  ),
)

export const formatCalls: readonly Call[] = [
  call(
    'readShardedSafetensors',
    [
      place(shards, [new File(['{"weight_map":{}}'], 'model.safetensors.index.json')]),
      place(
        options({
          timeout: kinds.number((value) => value > 0 && value <= 86_400),
          signal: world.signal,
          limit: kinds.count,
        }),
        {},
      ),
    ],
    formats.readShardedSafetensors,
  ),
  call('readPyTorch', [place(source, memory(legacy)), place(options({ key: kinds.name }), {})], formats.readPyTorch),
  call(
    'importStateDict',
    [
      exchangeable,
      place(tensorsByName, tensors),
      place(
        options({
          map: object('names', {}),
          strict: flag,
        }),
        {},
      ),
    ],
    formats.importStateDict,
  ),
  call(
    'fromStateDict',
    [
      place(tensorsByName, tensors),
      place(
        options({
          inputShape: shape,
          activation: oneOf('relu', 'tanh'),
          codeActivation: oneOf('relu', 'tanh'),
          outputActivation: oneOf('linear', 'sigmoid'),
          likelihood: world.likelihood,
          stride: kinds.count,
          seed,
        }),
        { activation: 'relu', outputActivation: 'sigmoid' },
      ),
    ],
    formats.fromStateDict,
  ),
  call('readKeras', [place(source, memory(emptyHdf5))], formats.readKeras),
  call(
    'fromKeras',
    [
      place(kerasKind, keras),
      place(
        options({
          inputShape: shape,
          code: kinds.name,
          latent: kinds.optional(object('names of layers', { mean: kinds.text, logVariance: kinds.text })),
          likelihood: world.likelihood,
          activation,
          codeActivation: activation,
          outputActivation: oneOf('linear', 'sigmoid'),
          seed,
        }),
        {},
      ),
    ],
    formats.fromKeras,
  ),
  call(
    'importLayers',
    [
      place(
        object('a model', { kind: kinds.text, variables: world.variables, state: kinds.optional(world.variables) }),
        models.vae,
      ),
      place(layersKind, keras.layers),
      place(options({ map: object('names', {}), strict: flag }), lenient),
    ],
    formats.importLayers,
  ),
  call(
    'exportLayersModel',
    [exchangeable, place(options({ part: oneOf('encoder', 'decoder', 'autoencoder') }, ['part']), { part: 'decoder' })],
    formats.exportLayersModel,
  ),
  call('layersModelFiles', [place(artifactsKind, artifacts)], formats.layersModelFiles),
  call('readLayersModel', [place(artifactsKind, artifacts)], formats.readLayersModel),
  call('toStateDict', [exchangeable], formats.toStateDict),
  call(
    'exportOnnx',
    [
      exchangeable,
      place(options({ part: oneOf('encoder', 'decoder', 'autoencoder'), code: oneOf('mean', 'sample') }, ['part']), {
        part: 'encoder',
        code: 'sample',
      }),
    ],
    formats.exportOnnx,
  ),
  call('pytorchModule', [exchangeable, place(options({ name: kinds.name }), {})], formats.pytorchModule),
]
