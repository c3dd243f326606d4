// A model's weights as PyTorch names and orders them.
import { DisposedError, type Safetensors, type StoredTensor } from '@ae/core'
import { readTensors } from '@ae/core/internal'
import { toTorch } from './layout.ts'
import { type ExchangeableModel, placesOf, planOf } from './plan.ts'

/**
 * The weights of a model as a state dict of PyTorch: names and layouts of the module that {@link pytorchModule} writes, running
 * statistics included.
 *
 * @param model with dense or convolutional networks; borrowed
 * @returns what `writeSafetensors` takes: copies, all float32, and the metadata that says so to Python's libraries
 * @throws {OptionError} when the model's networks are functions, or its labels join a feature map
 * @throws {DisposedError} when the model is disposed of
 * @throws {BackendLostError} when the backend that holds the weights stopped
 * @example
 * ```ts
 * await file('model.safetensors').write(writeSafetensors(await toStateDict(model)))
 * ```
 */
export async function toStateDict(model: ExchangeableModel): Promise<Safetensors> {
  const places = placesOf(planOf('toStateDict', model))
  const variables = { ...model.variables, ...model.state }
  const sources = places.flatMap(({ variable }) => variables[variable] ?? [])
  if (sources.some(({ isDisposed }) => isDisposed)) {
    throw new DisposedError('`toStateDict` received a model that is disposed of.', { fix: 'call it before dispose()' })
  }
  const values = await readTensors(sources)
  const tensors = new Map<string, StoredTensor>()
  for (const [i, place] of places.entries()) {
    tensors.set(place.key, { shape: place.shape, data: toTorch(place, values[i] ?? []) })
  }
  return { metadata: new Map([['format', 'pt']]), tensors }
}
