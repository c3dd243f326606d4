// From the numbers of an answer to the bytes of its body.
import { type StoredTensor, sizeOfShape, writeSafetensors } from '@ae/core'
import { joinBytes, npyHeader } from '@ae/core/internal'
import { isPicture, mediaTypes, type Reply } from './job.ts'
import { pictureOf } from './picture.ts'
import type { Task } from './read-job.ts'
import type { ServedModel } from './served-model.ts'

/**
 * Writes the answer to a task.
 *
 * @param values one row after the other; for `score` one number for each example
 */
export async function writeReply(model: ServedModel, task: Task, values: Float32Array): Promise<Reply> {
  return { status: 200, contentType: mediaTypes[task.to], body: await bodyOf(model, task, values), rows: task.count }
}

async function bodyOf(model: ServedModel, task: Task, values: Float32Array): Promise<Uint8Array<ArrayBuffer>> {
  const { operation, to, count } = task
  const { card } = model
  const own = operation === 'encode' ? [card.codeSize] : operation === 'score' ? [] : card.inputShape
  const shape = [count, ...own]
  const name = operation === 'encode' ? 'codes' : operation === 'score' ? 'scores' : 'examples'
  if (to === 'npy') return joinBytes([npyHeader(shape, 'float32'), new Uint8Array(values.buffer)])
  if (to === 'safetensors') {
    const tensors = new Map<string, StoredTensor>([[name, { shape, data: values }]])
    if (task.labels !== undefined) tensors.set('labels', { shape: [count], data: task.labels })
    return writeSafetensors({ metadata: new Map(), tensors })
  }
  if (to === 'png' && isPicture(card.inputShape)) return pictureOf(values, count, card.inputShape, task.parameters)
  return new TextEncoder().encode(await jsonOf(model, task, values, { name, shape }))
}

async function jsonOf(
  { card, transform }: ServedModel,
  { operation, labels }: Task,
  values: Float32Array,
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
): Promise<string> {
  const withLabels =
    labels === undefined
      ? ''
      : `,"labels":${JSON.stringify(Array.from(labels, (label) => card.classNames?.[label] ?? label))}`
  if (operation === 'score') {
    const { threshold } = card
    const anomalies =
      threshold === undefined
        ? ''
        : `,"threshold":${threshold},"anomalies":${JSON.stringify(Array.from(values, (score) => score >= threshold))}`
    return `{"scores":${JSON.stringify(Array.from(values))}${anomalies}}`
  }
  if (transform !== undefined && name === 'examples') return JSON.stringify({ rows: await transform.invert(values) })
  return `{"${name}":${nested(values, shape, 0)},"shape":${JSON.stringify(shape)}${withLabels}}`
}

/** Numbers as nested lists; what JSON has no number for is null. */
function nested(values: Float32Array, shape: readonly number[], from: number): string {
  const [length = 1, ...inner] = shape
  const size = sizeOfShape(inner)
  if (inner.length === 0 || size === 1) {
    const depth = inner.length
    const items = Array.from(values.subarray(from, from + length), (value) =>
      Number.isFinite(value) ? `${'['.repeat(depth)}${value}${']'.repeat(depth)}` : 'null',
    )
    return `[${items.join(',')}]`
  }
  return `[${Array.from({ length }, (_, i) => nested(values, inner, from + i * size)).join(',')}]`
}
