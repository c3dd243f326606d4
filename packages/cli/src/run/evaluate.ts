// The program of `ae evaluate`.
import type { IndexedDataset } from '@ae/datasets'
import { type ReportOptions, report } from '@ae/metrics'
import { labelOf, prepared } from '../labelled-model.ts'
import { openExamples } from '../open-examples.ts'
import type { OpenModel } from '../open-model.ts'
import { dataNeeded } from '../place-of-data.ts'
import { progressOf } from '../progress.ts'
import { reportByClass } from '../report-by-class.ts'
import { withModel } from '../run-verb.ts'
import type { Run, Settings } from '../verb.ts'

const verb = 'ae evaluate'

/** Prints the figures, as a table or as JSON. */
export const run: Run = (settings, io) =>
  withModel(verb, settings, io, async (opened) => {
    const { model, transform, classNames } = opened
    const { support } = model.likelihood
    const examples = await openExamples(settings, io, { verb, shape: model.inputShape, transform, classNames, support })
    if (examples === undefined) throw dataNeeded(verb)
    const progress = progressOf(io, verb, examples.data.size)
    let done = 0
    const options: ReportOptions = {
      samples: Number(settings.samples),
      codes: Number(settings.codes),
      seed: Number(settings.seed),
      batchSize: Number(settings.batchSize),
      onProgress(measured) {
        progress.add(measured.done - done)
        done = measured.done
      },
    }
    try {
      const result = await resultOf(opened, examples.data, settings, options)
      progress.end()
      io.stdout.write(`${settings.json ? JSON.stringify(result) : result}\n`)
      return 0
    } finally {
      progress.end()
      await examples.close()
    }
  })

async function resultOf(opened: OpenModel, data: IndexedDataset, settings: Settings, options: ReportOptions) {
  const { kind } = opened.model
  const { model, conditional } = prepared(verb, opened, data, settings)
  if (conditional !== undefined) return reportByClass(conditional, data, options)
  const result = await report(model, data, options)
  if (labelOf(verb, opened, settings) === undefined) return result
  return Object.defineProperty({ ...result, kind }, 'toString', { value: () => String(result), enumerable: false })
}
