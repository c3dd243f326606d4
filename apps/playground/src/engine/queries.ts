// What the page asks of a model without changing it: pictures and codes in, pictures and codes out.
import { interpolate } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import type { Codes, Engine, Pictures } from './engine.ts'
import { isQuantized, type OpenedModel, viewOf } from './opened-model.ts'
import { cannot, codesOf, codesTensor, picturesOf, tensorOf, valuesOf } from './pictures.ts'

type Answers = { readonly [name in keyof Engine]: Awaited<ReturnType<Engine[name]>> }

/** See `Engine.encode`. */
export async function encode(model: OpenedModel, pictures: Pictures, label?: number): Promise<Answers['encode']> {
  const view = viewOf(model, label)
  const x = () => tensorOf('encode', pictures, model.inputShape)
  if (view.posterior === undefined) return { mean: await codesOf(() => view.encode(x()), view.codeSize) }
  const both = await valuesOf(() => {
    const { mean, logVariance } = view.posterior?.(x()) ?? { mean: x(), logVariance: x() }
    return tf.stack([mean, logVariance])
  })
  const half = both.length / 2
  const codes = (values: Float32Array) => ({ values, count: half / view.codeSize, size: view.codeSize })
  return { mean: codes(both.slice(0, half)), logVariance: codes(both.slice(half)) }
}

/** See `Engine.decode`. */
export function decode(model: OpenedModel, codes: Codes, label?: number): Promise<Pictures> {
  const view = viewOf(model, label)
  return picturesOf(() => view.decode(codesTensor('decode', codes, view.codeSize)), model.inputShape)
}

/** See `Engine.reconstruct`. */
export function reconstruct(model: OpenedModel, pictures: Pictures, label?: number): Promise<Pictures> {
  const { inputShape } = model
  return picturesOf(() => viewOf(model, label).reconstruct(tensorOf('reconstruct', pictures, inputShape)), inputShape)
}

/** See `Engine.denoise`. The same noise each time. */
export async function denoise(
  model: OpenedModel,
  pictures: Pictures,
  amount: number,
  label?: number,
): Promise<Answers['denoise']> {
  const { normals, OptionError } = await import('@ae/core')
  if (!(amount >= 0 && amount <= 10)) {
    throw new OptionError('`denoise` received a bad `amount`.', {
      facts: { Expected: 'a number from 0 to 10', Received: String(amount) },
      fix: 'pass the standard deviation of the noise, e.g. 0.3',
    })
  }
  const noise = normals('denoise', {}, pictures.values.length)
  const values = pictures.values.map((value, i) => Math.min(1, Math.max(0, value + amount * (noise[i] ?? 0))))
  const corrupted = { ...pictures, values }
  return { corrupted, denoised: await reconstruct(model, corrupted, label) }
}

/** See `Engine.interpolate`. */
export function walk(
  model: OpenedModel,
  from: Pictures,
  to: Pictures,
  steps: number,
  label?: number,
): Promise<Pictures> {
  const { inputShape } = model
  return picturesOf(() => {
    const ends = [from, to].map((picture) => tensorOf('interpolate', picture, inputShape)) as [tf.Tensor, tf.Tensor]
    return interpolate(viewOf(model, label), ...ends, { steps })
  }, inputShape)
}

/** See `Engine.discreteCodes`. */
export async function discreteCodes(model: OpenedModel, pictures: Pictures): Promise<Answers['discreteCodes']> {
  const { encodeIndices, codebookSize, codeShape } = quantized(model)
  const values = await valuesOf(() => encodeIndices(tensorOf('discreteCodes', pictures, model.inputShape)))
  const [height, width] = codeShape.length === 1 ? [1, codeShape[0] ?? 1] : [codeShape[0] ?? 1, codeShape[1] ?? 1]
  return { indices: Int32Array.from(values), height, width, codebookSize }
}

/** See `Engine.decodeDiscrete`. */
export async function decodeDiscrete(model: OpenedModel, indices: Int32Array): Promise<Pictures> {
  const { decodeIndices, codeShape } = quantized(model)
  const positions = codeShape.reduce((product, length) => product * length, 1)
  return picturesOf(
    () => decodeIndices(tf.tensor2d(indices, [indices.length / positions, positions], 'int32')),
    model.inputShape,
  )
}

function quantized(model: OpenedModel) {
  if (isQuantized(model)) return model
  throw cannot('give discrete codes', 'create a vq-vae')
}
