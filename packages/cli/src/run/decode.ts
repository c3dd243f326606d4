// The program of `ae decode`.
import { type Batch, DatasetError, examplesOf, OptionError, sizeOfShape } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Prepared, prepared } from '../labelled-model.ts'
import { openExamples } from '../open-examples.ts'
import { dataNeeded } from '../place-of-data.ts'
import { tellWritten, withModel } from '../run-verb.ts'
import type { Run } from '../verb.ts'
import { eachBatch } from '../walk-batches.ts'
import { targetOf } from '../write-array.ts'
import { formatsOf, writeExamples } from '../write-examples.ts'

const verb = 'ae decode'

/** Writes an example for each code. */
export const run: Run = (settings, io, given) =>
  withModel(verb, settings, io, async (opened) => {
    if (given.has('codes') && given.has('data')) {
      throw new OptionError(`\`${verb}\` received several places of codes.`, {
        facts: { Expected: 'one', Received: 'CODES, --data' },
        fix: 'leave out one: they mean the same',
      })
    }
    const { model } = opened
    const target = targetOf(settings, io, { verb, ...formatsOf(opened) })
    const areIndices = model.kind === 'vqVae' && settings.vectors !== true
    const codeSize = areIndices ? sizeOfShape(model.codeShape) : model.codeSize
    const wish = { verb, shape: [codeSize], isOnePass: true, areCodes: true, classNames: opened.classNames }
    const codes = await openExamples(settings, io, wish, settings.codes ?? settings.data)
    if (codes === undefined) throw dataNeeded(verb, ': a file of codes')
    try {
      const ready = prepared(verb, opened, codes.data, settings)
      const count = codes.data.size
      await writeExamples({ opened, target, io, name: 'examples', count }, (write) =>
        eachBatch({ verb, data: ready.batches, batchSize: Number(settings.batchSize), io }, async (batch, first) => {
          if (areIndices) return write(await decodedIndices(model, examplesOf(batch), first))
          await write(decoded(ready, batch))
        }),
      )
      tellWritten(settings, io, target, opened, { examples: count })
      return 0
    } finally {
      await codes.close()
    }
  })

function decoded({ model, conditional }: Prepared, batch: Batch): tf.Tensor {
  const code = examplesOf(batch) as tf.Tensor2D
  if (conditional === undefined) return model.decode(code)
  return conditional.decode(code, 'labels' in batch ? batch.labels : [])
}

/** Files hold indices as numbers of any type. */
async function decodedIndices(
  model: { readonly codebookSize: number; decodeIndices(indices: tf.Tensor2D): tf.Tensor },
  numbers: tf.Tensor,
  first: number,
): Promise<tf.Tensor> {
  const values = await numbers.data()
  const wrong = values.findIndex(
    (value: number) => !Number.isInteger(value) || value < 0 || value >= model.codebookSize,
  )
  if (wrong >= 0) {
    const [, positions = 1] = numbers.shape
    throw new DatasetError(`\`${verb}\` received an index that the codebook has no vector for.`, {
      facts: {
        Expected: `integers from 0 to ${model.codebookSize - 1}`,
        Received: `${values[wrong]}: code ${first + Math.floor(wrong / positions)}, value ${wrong % positions} of it`,
      },
      fix: 'pass what `ae encode` of this model wrote; of codes that are vectors, pass --vectors',
    })
  }
  const indices = tf.tensor2d(Int32Array.from(values), numbers.shape as [number, number], 'int32')
  try {
    return model.decodeIndices(indices)
  } finally {
    indices.dispose()
  }
}
