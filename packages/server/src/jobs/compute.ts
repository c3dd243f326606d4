// The numbers that answer tasks. Those that can share a call of the model do.
import { randomNormal } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Task } from './read-job.ts'
import type { ServedModel } from './served-model.ts'

/** Rows of one call at most: with more, the numbers in between no longer fit into caches, and each row takes longer. */
const mostRowsPerCall = 128

/** Whether the numbers of a task do not depend on where they stand in a call. */
function canShare(
  { sampler, plain, conditional }: ServedModel,
  { operation, parameters }: Task,
  isTable: boolean,
): boolean {
  if (operation === 'score') return (parameters.samples ?? 0) === 0
  if (operation !== 'sample') return true
  const isOurs = sampler === undefined && (conditional !== undefined || plain?.kind !== undefined)
  return isOurs && !(parameters.draw ?? isTable)
}

/** What tasks must have in common to share a call. */
function keyOf({ operation, parameters }: Task): string {
  return `${operation} ${operation === 'score' ? (parameters.kind ?? '') : ''}`
}

/**
 * Which tasks share a call: in their order, up to {@link mostRowsPerCall}.
 *
 * @returns the indices of each call's tasks
 */
export function sharedCalls(model: ServedModel, tasks: readonly Task[]): number[][] {
  const calls: number[][] = []
  const open = new Map<string, { indices: number[]; rows: number }>()
  for (const [index, task] of tasks.entries()) {
    const key = keyOf(task)
    const call = open.get(key)
    if (!canShare(model, task, model.transform !== undefined)) calls.push([index])
    else if (call !== undefined && call.rows + task.count <= mostRowsPerCall) {
      call.indices.push(index)
      call.rows += task.count
    } else {
      const next = { indices: [index], rows: task.count }
      open.set(key, next)
      calls.push(next.indices)
    }
  }
  return calls
}

/**
 * The numbers that answer tasks which share a call.
 *
 * @param tasks at least one, of one operation
 * @returns the values of each task's answer; copies
 */
export async function compute(model: ServedModel, tasks: readonly [Task, ...Task[]]): Promise<Float32Array[]> {
  const [first] = tasks
  const joined = first.operation === 'score' ? await scores(model, tasks) : await read(() => outputs(model, tasks))
  const rows = tasks.reduce((sum, { count }) => sum + count, 0)
  const size = joined.length / rows
  let at = 0
  return tasks.map(({ count }) => {
    const start = at
    at += count * size
    return joined.slice(start, at)
  })
}

async function read(output: () => tf.Tensor): Promise<Float32Array> {
  const tensor = output()
  try {
    return (await tensor.data()) as Float32Array
  } finally {
    tensor.dispose()
  }
}

function outputs(model: ServedModel, tasks: readonly [Task, ...Task[]]): tf.Tensor {
  const [first] = tasks
  const { plain, conditional, card } = model
  if (first.operation === 'sample') return samples(model, tasks)
  const labels = labelsOf(tasks)
  return tf.tidy(() => {
    if (first.operation === 'decode') {
      const codes = rowsOf(tasks, [card.codeSize]) as tf.Tensor2D
      return conditional?.decode(codes, labels) ?? known(plain).decode(codes)
    }
    const x = rowsOf(tasks, card.inputShape)
    if (first.operation === 'encode') return conditional?.encode(x, labels) ?? known(plain).encode(x)
    return conditional?.reconstruct(x, labels) ?? known(plain).reconstruct(x)
  })
}

/**
 * Means of several requests share one call of the decoder: `sample` draws from the stream `prior` of its seed, as
 * docs/concepts/randomness.md says, and decodes.
 */
function samples(model: ServedModel, tasks: readonly [Task, ...Task[]]): tf.Tensor {
  const [first] = tasks
  const { plain, conditional, sampler, card, transform } = model
  if (!canShare(model, first, transform !== undefined) || tasks.length === 1) {
    const { seed, temperature, draw = transform !== undefined } = first.parameters
    const options = { seed, temperature, draw }
    if (conditional !== undefined) return conditional.sample(labelsOf(tasks), options)
    return known((sampler ?? plain)?.sample)(first.count, options)
  }
  return tf.tidy(() => {
    const codes = tasks.map(({ count, parameters: { seed = 0, temperature = 1 } }) =>
      tf.mul(randomNormal([count, card.codeSize], 'prior', { seed }), temperature),
    )
    const code = tf.concat(codes, 0) as tf.Tensor2D
    return conditional?.decode(code, labelsOf(tasks)) ?? known(plain).decode(code)
  })
}

async function scores({ plain, card }: ServedModel, tasks: readonly [Task, ...Task[]]): Promise<Float32Array> {
  const { score } = await import('@ae/metrics')
  const { kind, samples, seed } = tasks[0].parameters
  const x = rowsOf(tasks, card.inputShape)
  try {
    return await score(known(plain), x, { kind, samples, seed, batchSize: mostRowsPerCall })
  } finally {
    x.dispose()
  }
}

function rowsOf(tasks: readonly Task[], shape: readonly number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1)
  const count = tasks.reduce((sum, task) => sum + task.count, 0)
  const [only, ...others] = tasks
  if (only !== undefined && others.length === 0) return tf.tensor(only.values, [count, ...shape])
  const values = new Float32Array(count * size)
  let at = 0
  for (const task of tasks) {
    values.set(task.values, at)
    at += task.values.length
  }
  return tf.tensor(values, [count, ...shape])
}

function labelsOf(tasks: readonly Task[]): Int32Array {
  return Int32Array.from(tasks.flatMap(({ labels = [] }) => [...labels]))
}

/** What the model's card says is there. */
function known<value>(value: value | undefined): value {
  if (value === undefined) throw new TypeError('the model changed')
  return value
}
