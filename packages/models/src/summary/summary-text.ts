// A summary as text: facts, the table of layers, notes. Everything that a file may have written is made printable.
import type { NotedEpoch, Shape } from '@ae/core'
import { bestEpoch, printable, show } from '@ae/core/internal'
import type { Inspection, LayerSummary, ModelSummary } from './summary-types.ts'

/** The lines of a summary, those of a file too. */
export function textOf(
  summary: Omit<ModelSummary, 'toString'> & Partial<Omit<Inspection, keyof ModelSummary>>,
): string {
  const { source, kind, wraps, likelihood, layers, parameters, dtypes, trainedSteps, notes, dataset, library, run } =
    summary
  const types = Object.entries(dtypes).map(([dtype, count]) => `${grouped(count)} ${short(dtype)}`)
  const facts: [string, string | undefined][] = [
    ['File', source && short(source, 200)],
    ['Model', wraps === undefined ? short(kind) : `${short(kind)} of ${short(wraps)}`],
    ['Likelihood', likelihood && short(likelihood)],
    ['Parameters', types.length > 1 ? `${grouped(parameters)}: ${types.slice(0, 8).join(', ')}` : (types[0] ?? '0')],
    ['Trained', `${grouped(trainedSteps)} steps${dataset === undefined ? '' : ` on ${short(dataset)}`}`],
    ['Written by', library && `@ae/core ${short(library)}`],
    ['Checkpoint', run && runText(run)],
    ['History', notes.history && historyText(notes.history)],
    ['Classes', notes.classNames && short(show(notes.classNames), 400)],
    ['Transform', notes.transform === undefined ? undefined : short(JSON.stringify(notes.transform), 200)],
    ['Threshold', notes.threshold === undefined ? undefined : String(notes.threshold)],
    ['Score', notes.score === undefined ? undefined : short(JSON.stringify(notes.score), 200)],
    ['Metrics', notes.metrics && metricsText(notes.metrics)],
  ]
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined)
  const width = Math.max(...known.map(([label]) => label.length)) + 2
  return [
    ...known.map(([label, text]) => `${`${label}:`.padEnd(width)}${text}`),
    '',
    ...tableOf(summary.inputShape, layers),
  ].join('\n')
}

/** At most this many layers are printed: enough for any model, and a limit on what a malicious file can print. */
const mostLayers = 200

function tableOf(inputShape: Shape | undefined, layers: readonly LayerSummary[]): readonly string[] {
  const rows = [
    ['layer', 'type', 'output', 'parameters'],
    ['input', '', shapeText(inputShape), ''],
    ...layers
      .slice(0, mostLayers)
      .map(({ name, type, outputShape, parameters }) => [
        short(name),
        type,
        type === 'values' ? '' : shapeText(outputShape),
        grouped(parameters),
      ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column === 3 ? cell.padStart(widths[3] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return layers.length > mostLayers ? [...lines, `and ${layers.length - mostLayers} more`] : lines
}

function runText({ epoch, step, seed, batchSize, optimizer, data, terms }: NonNullable<Inspection['run']>): string {
  const source = data.name === undefined ? '' : ` on ${short(data.name)}`
  const names = terms
    .slice(0, 8)
    .map((term) => short(term))
    .join(', ')
  return `epoch ${epoch}, step ${step}${source}, seed ${seed}, batches of ${batchSize}, ${short(optimizer)}, terms ${names}`
}

/** The first, the best and the last epoch; undefined if there is none. */
function historyText(history: readonly NotedEpoch[]): string | undefined {
  const [first, last, best] = [history[0], history.at(-1), bestEpoch(history)]
  const text = (noted: NotedEpoch) => {
    const { epoch, total, validation } = noted
    const marks = [...(noted === best ? ['best'] : []), ...(noted === last ? ['last'] : [])]
    const mark = history.length === 1 || marks.length === 0 ? '' : ` (${marks.join(', ')})`
    return `epoch ${epoch}${mark}: total ${total}${validation === undefined ? '' : `, validation ${validation}`}`
  }
  return (
    history
      .filter((noted) => noted === first || noted === best || noted === last)
      .map(text)
      .join('; ') || undefined
  )
}

function metricsText(metrics: Readonly<Record<string, number>>): string {
  const all = Object.entries(metrics).map(([name, value]) => `${short(name)} ${value}`)
  return all.length > 20 ? `${all.slice(0, 20).join(', ')} and ${all.length - 20} more` : all.join(', ')
}

/** The same wherever it is printed: no locale. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

function shapeText(shape: Shape | undefined): string {
  return shape === undefined ? '?' : `[${shape.join(', ')}]`
}

function short(text: string, limit = 60): string {
  return printable(text, limit)
}
