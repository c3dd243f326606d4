// The program of `ae encode`.
import { encoderFor } from '../array-formats.ts'
import { batchEncoder } from '../encode-batch.ts'
import { forEachInput } from '../inputs.ts'
import { prepared } from '../labelled-model.ts'
import { tellWritten, withModel } from '../run-verb.ts'
import type { Run } from '../verb.ts'
import { arrayFormatNames } from '../verbs/of-a-model.ts'
import { eachBatch, valuesOf } from '../walk-batches.ts'
import { writeRows } from '../write-array.ts'

const verb = 'ae encode'

/** Writes the codes of each file. */
export const run: Run = (settings, io) =>
  withModel(verb, settings, io, async (opened) => {
    const choice = {
      draw: settings.draw === true,
      variance: settings.variance === true,
      vectors: settings.vectors === true,
      seed: Number(settings.seed),
    }
    const wish = { formats: arrayFormatNames, standard: 'npy' } as const
    await forEachInput({ verb, settings, io, opened, wish }, async ({ data }, target) => {
      const ready = prepared(verb, opened, data, settings)
      const { columns, encode } = batchEncoder(verb, ready, choice)
      const batchSize = Number(settings.batchSize)
      await writeRows(target.out, io, encoderFor(verb, target.format, columns, data.size), (output) =>
        eachBatch({ verb, data: ready.batches, batchSize, io }, async (batch, first) => {
          await output.write(await valuesOf(encode(batch, first)))
        }),
      )
      const sizes = columns.map(({ name, shape }) => [name, shape.reduce((product, length) => product * length, 1)])
      tellWritten(settings, io, target, opened, { examples: data.size, ...Object.fromEntries(sizes) })
    })
    return 0
  })
