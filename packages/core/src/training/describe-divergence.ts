// What is told of a run that diverged: where, on which examples, and what to go on from. A script of its own: few runs need it.
import { dispose, type TensorContainer } from '@tensorflow/tfjs-core'
import { type Batch, type BatchOptions, type Dataset, examplesOf } from '../dataset.ts'
import { type DivergedBatch, type Divergence, TrainingDivergedError } from '../errors.ts'

/** A batch of a pass. */
export interface BatchPlace {
  readonly data: Dataset<Batch>
  readonly pass: BatchOptions
  /** Its place in the pass, counted from 0. */
  readonly index: number
}

/** What became not finite, and when. */
export interface Diverged extends Pick<Divergence, 'step' | 'epoch' | 'term' | 'value' | 'checkpoint'> {
  /** What it is, for the message, e.g. a term or a weight. */
  readonly what: string
  readonly place: BatchPlace
}

/** The error of a training run. It reads the batch again where the data do not know its examples by index. */
export async function stopped(
  functionName: string,
  { what, place, ...divergence }: Diverged,
): Promise<TrainingDivergedError> {
  const { value, epoch, step, checkpoint } = divergence
  const batch = await batchAt(place)
  const sound =
    checkpoint === undefined ? '' : '; the last checkpoint is finite: resume from it with a lower learning rate'
  return new TrainingDivergedError(`\`${functionName}\` stopped: ${what} became ${value}.`, {
    divergence: { ...divergence, batch },
    facts: {
      Epoch: String(epoch),
      Step: String(step),
      ...(batch && { Examples: describe(batch) }),
      'Last checkpoint': checkpoint ?? 'none; pass checkpoint: to have one',
    },
    fix: `lower the learning rate, or check the data for extreme values${sound}`,
  })
}

/** The error of an evaluation. */
export async function notFinite({ place, ...divergence }: Omit<Diverged, 'what'>): Promise<TrainingDivergedError> {
  const { term, value, step } = divergence
  const batch = await batchAt(place)
  return new TrainingDivergedError(`\`evaluate\` stopped: the term \`${term}\` became ${value}.`, {
    divergence: { ...divergence, batch },
    facts: { Batch: String(step), ...(batch ? { Examples: describe(batch) } : { Data: place.data.name }) },
    fix: 'check the weights and the data for values that are NaN or extreme',
  })
}

/** The batch; undefined where the data do not give it again. */
async function batchAt({ data, pass, index }: BatchPlace): Promise<DivergedBatch | undefined> {
  const { name, size } = data
  const start = index * pass.batchSize
  const count = Math.min(pass.batchSize, size - start)
  try {
    // Without a seed, examples come in stored order.
    const order = pass.seed === undefined ? Array.from({ length: size }, (_, i) => i) : await data.order?.(pass)
    if (order === undefined)
      return { data: name, size: count, indices: undefined, examples: await readAgain(data, pass, index) }
    const indices = Array.from({ length: count }, (_, i) => order[start + i] as number)
    return { data: name, size: count, indices, examples: undefined }
  } catch {
    return undefined // the divergence is what must be told
  }
}

async function readAgain(data: Dataset<Batch>, pass: BatchOptions, index: number): Promise<DivergedBatch['examples']> {
  let at = 0
  for await (const batch of data.batches(pass)) {
    try {
      if (at++ < index) continue
      const examples = examplesOf(batch)
      const values = Float32Array.from(await examples.data())
      const [count = 0, ...shape] = examples.shape
      const shown = Math.min(count, 4)
      return {
        values: values.slice(0, (values.length / count) * shown),
        shape: [shown, ...shape],
        range: {
          minimum: values.reduce((a, b) => Math.min(a, b), Infinity),
          maximum: values.reduce((a, b) => Math.max(a, b), -Infinity),
        },
      }
    } finally {
      dispose(batch as TensorContainer)
    }
  }
  return undefined
}

function describe({ data, size, indices, examples }: DivergedBatch): string {
  if (indices !== undefined) {
    const more = size > 8 ? ` and ${size - 8} more` : ''
    return `${indices.slice(0, 8).join(', ')}${more} of ${data}`
  }
  const values = examples ? `, with values in [${examples.range.minimum}, ${examples.range.maximum}]` : ''
  return `${size} of ${data}${values}`
}
