// From the bytes of a request to the numbers that a model takes.
import type { Shape } from '@ae/core'
import { show } from '@ae/core/internal'
import type { IndexedDataset, Row, TabularTransform } from '@ae/datasets'
import type { Format, Job, ModelCard } from './job.ts'
import { type DataMember, labelsFor, type Parameters, parametersOf } from './parameters.ts'
import { ProblemError } from './problem.ts'
import { type NumberRows, readNumbers } from './read-numbers.ts'
import { scanNumbers } from './scan-numbers.ts'

/** A request that was read. */
export interface Task {
  readonly operation: Job['operation']
  readonly to: Format
  readonly parameters: Parameters
  readonly count: number
  /** Examples or codes, one after the other; none for `sample`. */
  readonly values: Float32Array
  /** One for each, of a model that needs them. */
  readonly labels: Int32Array | undefined
}

/** What limits a request. */
export interface Limits {
  /** Examples. */
  readonly mostRows: number
}

/**
 * Reads a job.
 *
 * @throws {ProblemError} or an error of `@ae/core` when something is wrong with it
 */
export async function readJob(
  job: Job,
  card: ModelCard,
  transform: TabularTransform | undefined,
  { mostRows }: Limits,
): Promise<Task> {
  const { operation, to } = job
  const refusal = card.refusals[operation]
  if (refusal !== undefined || !card.operations.includes(operation)) throw cannot(operation, card, refusal)
  if (operation === 'sample') {
    const { parameters } = parametersOf(job, jsonOf(job), [])
    const { label, labels, count = card.classes === undefined || label !== undefined ? 1 : undefined } = parameters
    assertCount(operation, Math.max(count ?? 0, labels?.length ?? 0), mostRows)
    const drawn = labelsFor(card, operation, parameters, count)
    return { operation, to, parameters, count: drawn?.length ?? count ?? 1, values: none, labels: drawn }
  }
  const member = operation === 'decode' ? 'codes' : 'examples'
  const shape = operation === 'decode' ? [card.codeSize] : card.inputShape
  if (job.from === 'json') {
    const scanned = scanNumbers(job.body, member, shape)
    const { parameters, data } = parametersOf(job, scanned?.rest ?? jsonOf(job), membersOf(operation, transform))
    const { values, count } = scanned?.numbers ?? (await valuesOf(operation, member, data, shape, transform, mostRows))
    assertCount(operation, count, mostRows) // so late since the length of the body limits the numbers
    return { operation, to, parameters, count, values, labels: labelsFor(card, operation, parameters, count) }
  }
  const { parameters } = parametersOf(job, undefined, [])
  const dataset = await fileIn(job, member, shape)
  assertCount(operation, dataset.size, mostRows)
  const stored = await dataset.read(Uint32Array.from({ length: dataset.size }, (_, i) => i))
  const values = stored instanceof Uint8Array ? Float32Array.from(stored, (byte) => byte / 255) : stored
  const labels = parameters.labels ?? (dataset.labels === undefined ? undefined : Array.from(dataset.labels))
  return {
    operation,
    to,
    parameters,
    count: dataset.size,
    values,
    labels: labelsFor(card, operation, { label: parameters.label, labels }, dataset.size),
  }
}

const none = new Float32Array(0)

function membersOf(operation: Job['operation'], transform: TabularTransform | undefined): readonly DataMember[] {
  if (operation === 'decode') return ['codes']
  return transform === undefined ? ['examples'] : ['rows', 'examples']
}

async function valuesOf(
  operation: Job['operation'],
  member: 'codes' | 'examples',
  data: Readonly<Partial<Record<DataMember, unknown>>>,
  shape: Shape,
  transform: TabularTransform | undefined,
  mostRows: number,
): Promise<NumberRows> {
  const { rows, [member]: numbers } = data
  if (rows === undefined) {
    if (numbers === undefined) throw missing(operation, member, transform)
    return readNumbers(operation, member, numbers, shape)
  }
  if (transform === undefined || !Array.isArray(rows) || rows.length === 0) {
    throw new ProblemError({
      status: 400,
      title: 'Bad request',
      detail: `\`${operation}\` received \`rows\` that are not a list of rows.`,
      expected: 'a list of objects with the columns of the model',
      received: show(rows),
      fix: 'pass at least one row',
    })
  }
  assertCount(operation, rows.length, mostRows)
  const { fromRows } = await import('@ae/datasets')
  const names = new Set(rows.flatMap((row: unknown) => Object.keys(Object(row))))
  const columns = Object.fromEntries(Object.entries(transform.kinds).filter(([name]) => names.has(name)))
  const examples = transform.apply(fromRows(rows as readonly Row[], { columns }))
  const stored = await examples.read(Uint32Array.from({ length: examples.size }, (_, i) => i))
  return { values: Float32Array.from(stored), count: examples.size }
}

/** The members of a JSON body; undefined if there is no body. */
function jsonOf({ body, operation }: Job): unknown {
  if (body.length === 0 && operation === 'sample') return undefined
  const text = new TextDecoder().decode(body)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ProblemError({
      status: 400,
      title: 'Bad request',
      detail: `\`${operation}\` received a body that is not JSON.`,
      expected: 'one JSON object',
      received: `${show(text)}: ${error instanceof Error ? error.message.slice(0, 100) : ''}`,
      fix: 'check the body, or say its real type in Content-Type',
    })
  }
}

/** The examples or codes of a file of another format. */
async function fileIn({ body, from }: Job, member: 'codes' | 'examples', shape: Shape): Promise<IndexedDataset> {
  const { fromImages, fromNpy, fromSafetensors } = await import('@ae/datasets')
  if (from === 'npy') return fromNpy(body, { shape })
  if (from === 'safetensors') return fromSafetensors(body, await namesIn(body, member, shape))
  const [height = 1, width = 1, channels = 1] = shape
  return fromImages([body], { shape: [height, width, channels], workers: 0, maximumPixels: 2 ** 24 })
}

/** The tensors of a safetensors body: `examples` or `codes`, or the only one; and `labels`. */
async function namesIn(body: Uint8Array, member: string, shape: Shape) {
  const { readSafetensors } = await import('@ae/core')
  const { tensors } = readSafetensors(body, { caller: 'fromSafetensors', source: 'the body' })
  const [only] = [...tensors.keys()].filter((name) => name !== 'labels')
  const labels = tensors.has('labels') ? { labels: 'labels' } : {}
  return { examples: tensors.has(member) ? member : only, shape, ...labels }
}

function assertCount(operation: string, count: number, mostRows: number): void {
  if (count <= mostRows) return
  throw new ProblemError({
    status: 422,
    title: 'Too many examples',
    detail: `\`${operation}\` was asked for more examples than this server computes in one request.`,
    expected: `1 to ${mostRows}`,
    received: String(count),
    fix: 'send several requests',
  })
}

function cannot(operation: string, { name }: ModelCard, reason = 'the model has no such function'): ProblemError {
  return new ProblemError({
    status: 422,
    title: 'Not possible with this model',
    detail: `\`${operation}\` is not possible with the model ${name}: ${reason}.`,
    fix: 'see GET /models for what each model can do',
  })
}

function missing(operation: string, member: string, transform: TabularTransform | undefined): ProblemError {
  const name = transform === undefined ? `\`${member}\`` : `\`rows\` or \`${member}\``
  return new ProblemError({
    status: 400,
    title: 'Bad request',
    detail: `\`${operation}\` needs ${name}.`,
    expected: `{ "${transform === undefined ? member : 'rows'}": [...] }`,
    received: 'a body without it',
    fix: 'add it to the body',
  })
}
