// One training step, and what it did.
import { batchesOf, examplesOf, type LabelledBatch, registerGradients, termsOf } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import type { StepReport } from './engine.ts'
import { isConditional, type OpenedModel, viewOf } from './opened-model.ts'
import { picturesOf } from './pictures.ts'
import type { Run } from './run.ts'
import type { Settings } from './settings.ts'

/** How many reconstructions are shown. */
const shown = 8

/** Makes the next step of a run, and explains it. */
export async function explainedStep(model: OpenedModel, run: Run, { batchSize, seed }: Settings): Promise<StepReport> {
  await run.prepare()
  const { step, stepsPerEpoch } = run
  const place = { batchSize, seed, epoch: Math.floor(step / stepsPerEpoch) }
  for await (const batch of batchesOf('step', run.data, place, step % stepsPerEpoch)) {
    try {
      const examples = examplesOf(batch)
      const first = tf.slice(examples, 0, Math.min(shown, examples.shape[0] ?? 0))
      try {
        const terms = await termsNow(model, batch as tf.Tensor, step, seed)
        const labels = isConditional(model) ? await (batch as LabelledBatch).labels.data() : undefined
        const reconstruct = () => {
          const of = labels === undefined ? undefined : [...labels.subarray(0, shown)]
          return isConditional(model) ? model.reconstruct(first, of ?? []) : viewOf(model).reconstruct(first)
        }
        const before = await picturesOf(reconstruct, model.inputShape)
        const weights = tf.tidy(() => Object.values(model.variables).map((variable) => tf.clone(variable)))
        try {
          await run.advance()
          const layers = await layersSince(model, weights)
          return { step: run.step, terms, layers, before, after: await picturesOf(reconstruct, model.inputShape) }
        } finally {
          tf.dispose(weights)
        }
      } finally {
        first.dispose()
      }
    } finally {
      tf.dispose(batch as tf.TensorContainer)
    }
  }
  throw new Error('unreachable: a data set has a batch at every step')
}

/** Each term's mean, and the norm of its own gradient, with the random numbers of the step. */
async function termsNow(
  model: OpenedModel,
  batch: tf.Tensor,
  step: number,
  seed: number,
): Promise<StepReport['terms']> {
  registerGradients()
  const state = Object.values(model.state ?? {})
  const kept = tf.tidy(() => state.map((variable) => tf.clone(variable)))
  // A training pass moves what the model keeps of its batches; only the step itself shall.
  const undone = <result extends tf.TensorContainer>(work: () => result): result => {
    try {
      return tf.tidy(work)
    } finally {
      for (const [i, variable] of state.entries()) variable.assign(kept[i] ?? variable)
    }
  }
  const weighted = () => termsOf(model.objective, model.trace(batch, { seed, step, training: true }), step)
  try {
    const weights = undone(() => Object.entries(weighted()).map(([term, { weight }]) => ({ term, weight })))
    const report: StepReport['terms'][number][] = []
    for (const { term, weight } of weights) {
      const mean = () => tf.mean<tf.Scalar>(weighted()[term]?.value ?? 0)
      const variables = Object.values(model.variables)
      const figures = undone(() => (weight === 0 ? [mean(), tf.scalar(0)] : valueAndNorm(mean, variables)))
      try {
        const [value = Number.NaN, gradientNorm = Number.NaN] = await Promise.all(figures.map(scalarOf))
        report.push({ term, value, gradientNorm })
      } finally {
        tf.dispose(figures)
      }
    }
    return report
  } finally {
    tf.dispose(kept)
  }
}

function valueAndNorm(loss: () => tf.Scalar, variables: tf.Variable[]): [value: tf.Scalar, norm: tf.Scalar] {
  const { value, grads } = tf.variableGrads(loss, variables)
  const squares = Object.values(grads).flatMap((gradient) => (gradient ? [tf.sum<tf.Scalar>(tf.square(gradient))] : []))
  return [value, tf.sqrt<tf.Scalar>(tf.addN(squares))]
}

/** The norms of each layer's weights before the step, and of what the step added. */
async function layersSince(model: OpenedModel, before: readonly tf.Tensor[]): Promise<StepReport['layers']> {
  const layers = new Map<string, { weights: number; updates: number }>()
  for (const [i, [name, variable]] of Object.entries(model.variables).entries()) {
    const norms = tf.tidy(() => {
      const was = before[i] ?? variable
      return [tf.sum<tf.Scalar>(tf.square(was)), tf.sum<tf.Scalar>(tf.square(tf.sub(variable, was)))]
    })
    try {
      const [weights = 0, updates = 0] = await Promise.all(norms.map(scalarOf))
      const layer = name.replace(/\.(weight|bias|normalization\..*)$/, '')
      const sums = layers.get(layer) ?? { weights: 0, updates: 0 }
      layers.set(layer, { weights: sums.weights + weights, updates: sums.updates + updates })
    } finally {
      tf.dispose(norms)
    }
  }
  return [...layers].map(([name, { weights, updates }]) => {
    return { name, weightNorm: Math.sqrt(weights), updateNorm: Math.sqrt(updates) }
  })
}

async function scalarOf(scalar: tf.Scalar): Promise<number> {
  return (await scalar.data())[0] ?? Number.NaN
}
