// The calls of the tables of @ae/datasets.
import * as datasets from '@ae/datasets'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import { models } from '../world.ts'

const { count, listOf, object, oneOf, optional, options, seed } = kinds

const rows = [
  { age: 31, city: 'Oslo' },
  { age: 40, city: 'Turku' },
]
const table = datasets.fromRows(rows)
const transform = datasets.tabularTransform(table)
const sampler = { sample: models.vae.sample, reconstruct: models.vae.reconstruct }
const width = models.vae.inputShape.reduce((product, length) => product * length, 1)
const pixels = datasets.tabularTransform(
  datasets.fromRows([0, 1].map((bit) => Object.fromEntries(Array.from({ length: width }, (_, i) => [`x${i}`, bit])))),
)

const isTable = object('a table', { columns: listOf(kinds.anything, 1), length: kinds.number() })
const aTable = place(isTable, table)
const tableOptions = {
  columns: {
    name: 'kinds by column',
    isGood: (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length === 0,
  },
  missing: listOf(kinds.either(kinds.text, { name: 'a number', isGood: (value) => typeof value === 'number' })),
  name: kinds.name,
}
const scaling = oneOf('standard', 'minMax', 'quantile', 'modes')
const isSource: kinds.Kind = {
  name: 'a source',
  isGood: (value) =>
    (typeof value === 'string' && value !== '') ||
    value instanceof URL ||
    value instanceof Blob ||
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    (typeof value === 'object' &&
      value !== null &&
      ('text' in value || Symbol.asyncIterator in value || 'getReader' in value)),
}

export const tableCalls: readonly Call[] = [
  call('fromRows', [place(listOf(object('a row', {}), 1), rows), place(options(tableOptions), {})], datasets.fromRows),
  call(
    'fromCsv',
    [
      place(isSource, { text: 'a,b\n1,2' }),
      place(
        options({
          ...tableOptions,
          delimiter: {
            name: 'a character',
            isGood: (value) => typeof value === 'string' && value.length === 1 && !/["\r\n]/.test(value),
          },
          decimal: oneOf('.', ','),
          names: kinds.anything,
          encoding: oneOf('utf-8'),
        }),
        {},
      ),
    ],
    datasets.fromCsv,
  ),
  call(
    'tabularTransform',
    [
      aTable,
      place(
        options({
          scaling,
          unknown: oneOf('error', 'other'),
          missing: oneOf('modelled', 'ignored'),
          columns: tableOptions.columns,
        }),
        {},
      ),
    ],
    datasets.tabularTransform,
  ),
  call('tabularTransform.apply', [aTable, place(options({ labels: oneOf('age', 'city') }), {})], (of, chosen) => ({
    size: transform.apply(of, chosen).size,
  })),
  call(
    'tabularTransform.invert',
    [
      place(
        {
          name: 'features',
          isGood: (value) =>
            (value instanceof Float32Array && value.length % transform.width === 0) ||
            kinds.tensor((shape) => shape.length === 2 && shape[1] === transform.width).isGood(value),
        },
        new Float32Array(transform.width),
      ),
    ],
    (features) => transform.invert(features),
  ),
  call(
    'tabularTransformFromConfig',
    [
      place(
        { name: 'a config', isGood: (value) => (value as { kind?: unknown } | null)?.kind === 'tabular' },
        transform.config,
      ),
    ],
    datasets.tabularTransformFromConfig,
  ),
  call(
    'tableModel',
    [
      place(object('a model', {}), sampler),
      place(object('a transform', { apply: kinds.callback, invert: kinds.callback, width: kinds.number() }), pixels),
    ],
    datasets.tableModel,
  ),
  call('fromRows.take', [place(count, 1)], (many) => ({ taken: table.take(many).length })),
  call('fromRows.column', [place(oneOf('age', 'city'), 'age')], (name) => table.column(name)),
  call('fromRows.select', [place(listOf(oneOf('age', 'city'), 1), ['age'])], (names) => table.select(names)),
  call(
    'fromRows.split',
    [place(options({ fractions: oneOf(), seed: optional(seed) }, ['fractions']), { fractions: [0.5, 0.5] })],
    (chosen) => table.split(chosen),
  ),
]
