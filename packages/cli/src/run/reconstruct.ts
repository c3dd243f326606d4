// The program of `ae reconstruct`.
import { type Batch, examplesOf } from '@ae/core'
import { comparisonGrid } from '@ae/images'
import * as tf from '@tensorflow/tfjs-core'
import { type Prepared, prepared } from '../labelled-model.ts'
import { openExamples } from '../open-examples.ts'
import { dataNeeded } from '../place-of-data.ts'
import { tellWritten, withModel } from '../run-verb.ts'
import type { Run } from '../verb.ts'
import { eachBatch } from '../walk-batches.ts'
import { targetOf } from '../write-array.ts'
import { formatsOf, scaleFor, writeExamples } from '../write-examples.ts'

const verb = 'ae reconstruct'

/** Writes the reconstruction of each example. */
export const run: Run = (settings, io) =>
  withModel(verb, settings, io, async (opened) => {
    const { model, transform, classNames } = opened
    const target = targetOf(settings, io, { verb, ...formatsOf(opened) })
    const isPicture = target.format === 'png'
    const limited = isPicture ? { ...settings, limit: settings.limit ?? 16 } : settings
    const wish = { verb, shape: model.inputShape, transform, classNames, isOnePass: true }
    const examples = await openExamples(limited, io, wish)
    if (examples === undefined) throw dataNeeded(verb)
    try {
      const ready = prepared(verb, opened, examples.data, settings)
      const count = examples.data.size
      const batchSize = Number(settings.batchSize)
      await writeExamples({ opened, target, io, name: 'reconstructions', count, draw: comparison }, (write) =>
        eachBatch({ verb, data: ready.batches, batchSize, io }, async (batch) => {
          const made = reconstructed(ready, batch)
          // A picture shows each example above what was made of it: `comparison` takes them apart.
          await write(isPicture ? tf.tidy(() => tf.stack([examplesOf(batch), made], 1)) : made)
          if (isPicture) made.dispose()
        }),
      )
      tellWritten(settings, io, target, opened, { examples: count })
      return 0
    } finally {
      await examples.close()
    }
  })

function reconstructed({ model, conditional }: Prepared, batch: Batch): tf.Tensor {
  const x = examplesOf(batch)
  if (conditional === undefined) return model.reconstruct(x)
  return conditional.reconstruct(x, 'labels' in batch ? batch.labels : [])
}

/** From pairs `[count, 2, ...shape]` to a picture of both. */
function comparison(pairs: tf.Tensor): tf.Tensor {
  const [examples, made] = tf.unstack(pairs, 1) as [tf.Tensor, tf.Tensor]
  return comparisonGrid([examples, made], { columns: 8, scale: scaleFor(examples.shape.slice(1)) })
}
