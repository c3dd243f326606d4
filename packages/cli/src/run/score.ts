// The program of `ae score`.
import { examplesOf, OptionError } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { averagePrecision, rocAuc, type ScoreKind } from '@ae/metrics'
import { encoderFor } from '../array-formats.ts'
import type { ArrayColumn } from '../encoder.ts'
import { forEachInput } from '../inputs.ts'
import { type Prepared, prepared } from '../labelled-model.ts'
import type { OpenModel } from '../open-model.ts'
import { tellWritten, withModel } from '../run-verb.ts'
import { scoreBatch, scoreWhole } from '../score-batch.ts'
import type { Run, Settings } from '../verb.ts'
import { arrayFormatNames } from '../verbs/of-a-model.ts'
import { eachBatch } from '../walk-batches.ts'
import { writeRows } from '../write-array.ts'

const verb = 'ae score'

/** Writes the scores of each file. */
export const run: Run = (settings, io, given) =>
  withModel(verb, settings, io, async (opened) => {
    const kind = kindOf(opened, settings, given)
    const threshold = (settings.threshold as number | undefined) ?? opened.notes.threshold
    const { support } = opened.model.likelihood
    const wish = { formats: arrayFormatNames, standard: 'csv' } as const
    await forEachInput({ verb, settings, io, opened, wish, examples: { support } }, async ({ data }, target) => {
      const ready = prepared(verb, opened, data, settings)
      const anomalies = anomaliesOf(opened, data, settings)
      const ranked: number[] = []
      const columns = columnsOf(target.format, threshold)
      const batchSize = Number(settings.batchSize)
      await writeRows(target.out, io, encoderFor(verb, target.format, columns, data.size), (output) =>
        eachScore({ ready, kind, batchSize, io }, async (scores, first) => {
          if (anomalies !== undefined) for (const value of scores) ranked.push(value)
          const index = Int32Array.from(scores, (_, i) => first + i)
          const isAnomaly = Int32Array.from(scores, (value) => Number(value > (threshold ?? Infinity)))
          const rows = { index, score: scores, isAnomaly }
          await output.write(columns.map(({ name }) => rows[name as keyof typeof rows]))
        }),
      )
      const ranking = anomalies && {
        rocAuc: rocAuc(ranked, anomalies),
        averagePrecision: averagePrecision(ranked, anomalies),
      }
      if (ranking !== undefined && !(settings.json && target.out !== '-')) {
        io.stderr.write(
          `ROC AUC ${ranking.rocAuc.toFixed(4)}, average precision ${ranking.averagePrecision.toFixed(4)}\n`,
        )
      }
      tellWritten(settings, io, target, opened, { examples: data.size, ...(settings.json ? ranking : {}) })
    })
    return 0
  })

/** How scores are computed: as flags say, else as the model's notes do. */
function kindOf({ notes }: OpenModel, settings: Settings, given: ReadonlySet<string>): ScoreKind {
  const noted = (notes.score ?? {}) as ScoreKind
  return {
    kind: (settings.kind as ScoreKind['kind']) ?? noted.kind,
    samples: (settings.samples as number | undefined) ?? noted.samples,
    seed: given.has('seed') ? Number(settings.seed) : (noted.seed ?? Number(settings.seed)),
  }
}

function columnsOf(format: string, threshold: number | undefined): readonly ArrayColumn[] {
  const score = { name: 'score', shape: [], type: 'float32' } as const
  if (format === 'npy') return [score]
  const decision = { name: 'isAnomaly', shape: [], type: 'int32' } as const
  return [{ name: 'index', shape: [], type: 'int32' }, score, ...(threshold === undefined ? [] : [decision])]
}

/** Batch by batch; draws depend on the place in the whole data, so with samples all of it is scored before. */
async function eachScore(
  { ready, kind, batchSize, io }: { ready: Prepared; kind: ScoreKind; batchSize: number; io: Parameters<Run>[1] },
  use: (scores: Float32Array, first: number) => Promise<void>,
): Promise<void> {
  if ((kind.samples ?? 0) > 0) return use(await scoreWhole(verb, ready, { ...kind, batchSize }), 0)
  await eachBatch({ verb, data: ready.batches, batchSize, io }, async (batch, first) => {
    const size = examplesOf(batch).shape[0] ?? 0
    await use(await scoreBatch(ready, batch, { ...kind, batchSize: size }), first)
  })
}

/** 1 for each anomaly, if labels say which these are; labels that a model needs say its classes instead. */
function anomaliesOf(
  { model }: OpenModel,
  { labels, notes, name }: IndexedDataset,
  { anomaly, labels: wanted, targetColumn }: Settings,
): readonly number[] | undefined {
  if (anomaly === undefined && (model.kind === 'conditionalVae' || (wanted ?? targetColumn) === undefined)) {
    return undefined
  }
  const named = notes?.classNames?.indexOf(String(anomaly)) ?? -1
  const marked = named >= 0 ? named : Number(anomaly ?? 1)
  const all = [...new Set<number>(labels ?? [])].sort((a, b) => a - b)
  const isClear = anomaly === undefined ? all.every((label) => label === 0 || label === 1) : all.includes(marked)
  if (labels !== undefined && isClear) return Array.from(labels, (label) => Number(label === marked))
  const names = notes?.classNames ?? []
  throw new OptionError(`\`${verb}\` cannot tell which labels are those of anomalies.`, {
    facts: {
      Expected: anomaly === undefined ? '1 for anomalies and 0 for others' : 'one of the labels of the data',
      Received: `${anomaly === undefined ? '' : `--anomaly ${anomaly}, `}${labels === undefined ? 'no labels' : all.slice(0, 12).join(', ')} (${[name, ...names].join(', ')})`,
    },
    fix:
      labels === undefined ? 'pass --labels too' : `pass the label of anomalies, e.g. --anomaly ${names[0] ?? all[0]}`,
  })
}
