// The parameters of a request: from the address, or the members of a JSON body.
import {
  assertOptions,
  flagOption,
  nonNegativeInteger,
  nonNegativeNumber,
  type OptionCheck,
  oneOf,
  positiveInteger,
  seedOption,
} from '@ae/core/internal'
import type { Job, ModelCard, Operation } from './job.ts'
import { ProblemError } from './problem.ts'

/** Parameters, checked. */
export interface Parameters {
  readonly count?: number | undefined
  readonly seed?: number | undefined
  readonly temperature?: number | undefined
  readonly draw?: boolean | undefined
  readonly label?: number | string | undefined
  readonly labels?: readonly (number | string)[] | undefined
  readonly kind?: 'reconstruction' | 'negativeElbo' | undefined
  readonly samples?: number | undefined
  readonly columns?: number | undefined
  readonly scale?: number | undefined
}

const label: OptionCheck = (value) =>
  typeof value === 'string' || nonNegativeInteger(value) === undefined
    ? undefined
    : 'the number of a class, or its name'
const labels: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((one) => label(one) === undefined)
    ? undefined
    : 'a list of numbers or names of classes, e.g. [0, 1]'
const most =
  (limit: number): OptionCheck =>
  (value) =>
    positiveInteger(value) ?? (Number(value) > limit ? `an integer from 1 to ${limit}` : undefined)

/** What every operation takes besides its examples or codes. */
const common = { label, labels, columns: most(1000), scale: most(16) }

/** The parameters of each operation. */
const parameterChecks: Readonly<Record<Operation, Readonly<Record<string, OptionCheck>>>> = {
  sample: { count: positiveInteger, seed: seedOption, temperature: nonNegativeNumber, draw: flagOption, ...common },
  encode: { label, labels },
  decode: common,
  reconstruct: common,
  score: { kind: oneOf('reconstruction', 'negativeElbo'), samples: most(1000), seed: seedOption, label, labels },
}

/** Members of a JSON body that are the data. */
export type DataMember = 'examples' | 'codes' | 'rows'

/**
 * The parameters of a job, and the data of its JSON body.
 *
 * @param body the value of a JSON body; undefined if there is none
 * @param dataMembers those that the operation takes
 * @throws {ProblemError} or an error of `@ae/core` on an unknown or bad one
 */
export function parametersOf(
  { operation, parameters }: Pick<Job, 'operation' | 'parameters'>,
  body: unknown,
  dataMembers: readonly DataMember[],
): { readonly parameters: Parameters; readonly data: Readonly<Partial<Record<DataMember, unknown>>> } {
  const checks = parameterChecks[operation]
  const known = Object.fromEntries(dataMembers.map((name) => [name, () => undefined]))
  const texts = Object.entries(parameters).map(([name, text]) => [name, valueIn(name, text)] as const)
  if (body !== undefined) assertOptions(operation, body, { ...known, ...checks, shape: () => undefined })
  assertOptions(operation, Object.fromEntries(texts), checks)
  const all = { ...Object.fromEntries(texts), ...(body as object) }
  return { parameters: all as Parameters, data: all as Partial<Record<DataMember, unknown>> }
}

/** The value that a text of an address stands for. */
function valueIn(name: string, text: string): unknown {
  if (name === 'labels') return text.split(',').map(classOf)
  if (name === 'label') return classOf(text)
  if (name === 'kind') return text
  if (text === 'true' || text === 'false') return text === 'true'
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

function classOf(text: string): number | string {
  return /^\d+$/.test(text) ? Number(text) : text
}

/**
 * The labels of `count` examples.
 *
 * @returns undefined for a model that takes none
 * @throws {ProblemError} when there are none, too many or too few, or the model has no such class
 */
export function labelsFor(
  { classes, classNames = [] }: Pick<ModelCard, 'classes' | 'classNames'>,
  operation: Operation,
  { label, labels = label === undefined ? undefined : [label] }: Pick<Parameters, 'label' | 'labels'>,
  count: number | undefined,
): Int32Array | undefined {
  if (classes === undefined) {
    if (labels === undefined) return undefined
    throw bad(operation, 'received labels for a model that takes none.', 'no labels', 'labels', 'leave them out')
  }
  const expected = classNames.length > 0 ? classNames.join(', ') : `integers from 0 to ${classes - 1}`
  if (labels === undefined) {
    throw bad(operation, 'needs a label for each example.', expected, 'none', 'pass label=0 or labels=0,1,2')
  }
  const one = labels.length === 1 ? labels[0] : undefined
  const size = count ?? labels.length
  if (labels.length !== size && one === undefined) {
    throw bad(
      operation,
      'received the wrong number of labels.',
      `${size} labels, or one for all`,
      `${labels.length} labels`,
      'pass one label for each example',
    )
  }
  return Int32Array.from({ length: size }, (_, i) => {
    const label = one ?? labels[i]
    const index = typeof label === 'string' ? classNames.indexOf(label) : Number(label)
    if (index >= 0 && index < classes) return index
    throw bad(
      operation,
      'received a label that the model has no class for.',
      expected,
      JSON.stringify(label),
      'pass a label that it has',
    )
  })
}

function bad(operation: string, what: string, expected: string, received: string, fix: string): ProblemError {
  return new ProblemError({
    status: 400,
    title: 'Bad request',
    detail: `\`${operation}\` ${what}`,
    expected,
    received: received.slice(0, 100),
    fix,
  })
}
