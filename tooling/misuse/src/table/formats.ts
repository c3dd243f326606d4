// The calls of @ae/formats.
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
/** The magic number of torch.save before 1.6, and no more. */
const legacy = Uint8Array.of(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e)

export const formatCalls: readonly Call[] = [
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
  call('toStateDict', [exchangeable], formats.toStateDict),
  call('pytorchModule', [exchangeable, place(options({ name: kinds.name }), {})], formats.pytorchModule),
]
