// A model that needs labels, measured class by class.
import { DatasetError } from '@ae/core'
import { filter, type IndexedDataset } from '@ae/datasets'
import { type MeanEstimate, type ReportOptions, report } from '@ae/metrics'
import type { ConditionalVae } from '@ae/models'
import { tableOf } from './text-table.ts'

/** The figures that are means over examples, which those of classes add up to. */
const means = [
  'elbo',
  'reconstruction',
  'kl',
  'logLikelihood',
  'meanSquaredError',
  'meanAbsoluteError',
  'binaryCrossEntropy',
] as const

/**
 * The means over all examples, each given its label. Mutual information and what else compares examples of one class is left out.
 *
 * @param data with labels, at least two examples of each class; borrowed
 * @throws {DatasetError} when a class has one example alone, or a label is not of the model
 */
export async function reportByClass(model: ConditionalVae, data: IndexedDataset, options: ReportOptions) {
  const labels = [...new Set<number>(data.labels)].sort((a, b) => a - b)
  const unknown = labels.find((label) => label < 0 || label >= model.classes)
  if (unknown !== undefined) {
    throw new DatasetError('`ae evaluate` received a label that the model has no class for.', {
      facts: { Expected: `integers from 0 to ${model.classes - 1}`, Received: String(unknown) },
      fix: 'leave its examples out, or train a model with that class',
    })
  }
  const parts: { readonly size: number; readonly figures: Readonly<Record<string, MeanEstimate | undefined>> }[] = []
  let before = 0
  for (const label of labels) {
    const own = filter(data, (example) => example.label === label)
    if (own.size < 2) {
      throw new DatasetError('`ae evaluate` received a class of one example.', {
        facts: { Label: String(label), Expected: 'at least 2 of each class', Received: '1' },
        fix: 'pass more data, or leave that example out',
      })
    }
    const start = before
    const { onProgress } = options
    const { figures } = await report(model.forLabel(label), own, {
      ...options,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, done: start + progress.done })),
    })
    before += own.size
    parts.push({ size: own.size, figures: figures as unknown as Record<string, MeanEstimate | undefined> })
  }
  const figures = Object.fromEntries(
    means.flatMap((name) => {
      const own = parts.flatMap(({ size, figures }) =>
        figures[name] === undefined ? [] : [{ size, ...figures[name] }],
      )
      return own.length === parts.length ? [[name, pooled(own)] as const] : []
    }),
  )
  const plain = { kind: model.kind, data: { name: data.name, size: data.size }, classes: labels.length, figures }
  return Object.defineProperty(plain, 'toString', { value: () => textOf(plain), enumerable: false })
}

/** The mean over the examples of all parts, and its standard error: within and between the parts. */
function pooled(parts: readonly (MeanEstimate & { readonly size: number })[]): MeanEstimate {
  const { unit = '', estimator = '', isBound = false } = parts[0] ?? {}
  const total = parts.reduce((sum, { size }) => sum + size, 0)
  const value = parts.reduce((sum, part) => sum + part.size * part.value, 0) / total
  const squares = parts.reduce((sum, { size, value: mean, standardError }) => {
    return sum + size * (size - 1) * standardError ** 2 + size * (mean - value) ** 2
  }, 0)
  const standardError = Math.sqrt(squares / Math.max(1, total - 1) / total)
  return { value, standardError, unit, estimator: `${estimator}; each example given its label`, isBound }
}

function textOf({
  kind,
  data,
  classes,
  figures,
}: {
  readonly kind: string
  readonly data: { readonly name: string; readonly size: number }
  readonly classes: number
  readonly figures: Readonly<Record<string, MeanEstimate>>
}): string {
  const digits = (value: number) => String(Number(value.toPrecision(5)))
  const rows = Object.entries(figures).map(([name, { value, standardError, unit, estimator, isBound }]) => [
    name,
    digits(value),
    `± ${digits(standardError)}`,
    unit === '1' ? '' : unit,
    isBound ? 'bound' : '',
    estimator,
  ])
  const title = `${kind} on ${data.name}, ${data.size} examples of ${classes} classes`
  return [title, '', ...tableOf([['figure', 'value', '', 'unit', '', 'estimator'], ...rows])].join('\n')
}
