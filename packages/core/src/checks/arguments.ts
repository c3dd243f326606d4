// Checks of the arguments of public functions besides options: tensors, data sets, models, and a backend to compute on.
// Code without types, or with casts, gets a designed error here instead of a TypeError further down.
import { type DataType, engine, Tensor } from '@tensorflow/tfjs-core'
import type { Batch, Dataset } from '../dataset.ts'
import { BackendUnavailableError, DisposedError, OptionError, ShapeError } from '../errors.ts'
import { type Shape, sizeOfShape } from '../shape.ts'
import { intervalOption, lackOf, type Members } from './members.ts'
import { functionOption, nonNegativeInteger, optional, positiveInteger, shapeOption } from './options.ts'
import { show } from './show.ts'

/**
 * Checks that a backend can make tensors: one was selected, and it is ready.
 *
 * @param functionName the public function that is about to make tensors, for the message
 * @throws {BackendUnavailableError} when there is none yet
 */
export function assertBackend(functionName: string): void {
  try {
    void engine().backend // selects a registered one if none was selected
  } catch (cause) {
    throw new BackendUnavailableError(`\`${functionName}\` has no backend to compute on.`, {
      facts: { Expected: 'a backend, selected and ready', Received: 'none' },
      fix: 'call await selectBackend(wasm) first, with selectBackend from @ae/core and wasm from @ae/wasm',
      cause,
    })
  }
}

/**
 * Checks that a value is a tensor that can still be read.
 *
 * @param functionName the public function that received it, for the message
 * @param argument the argument's name, for the message
 * @param value as received
 * @param dtype the type of its values. Defaults to any type of number
 * @throws {OptionError} when it is not a tensor, {@link DisposedError} when it is disposed of, {@link ShapeError} when its
 *   values are of a different type
 */
export function assertTensor(
  functionName: string,
  argument: string,
  value: unknown,
  dtype?: DataType,
): asserts value is Tensor {
  if (!(value instanceof Tensor)) {
    throw new OptionError(`\`${functionName}\` received \`${argument}\` that is not a tensor.`, {
      facts: { Expected: 'a tensor', Received: show(value) },
      fix: toTensor(argument, value),
    })
  }
  if (value.isDisposed) {
    throw new DisposedError(`\`${functionName}\` received \`${argument}\`, a tensor that is disposed of.`, {
      facts: { Received: show(value) },
      fix: `dispose of ${argument} after its last use, or make it outside of the tf.tidy that released it`,
    })
  }
  if (dtype === undefined ? value.dtype !== 'string' : value.dtype === dtype) return
  throw new ShapeError(`\`${functionName}\` received \`${argument}\` with values of the wrong type.`, {
    facts: { Expected: dtype ?? 'numbers', Received: value.dtype },
    fix: value.dtype === 'string' ? 'make a tensor of numbers' : `cast it first, e.g. tf.cast(${argument}, '${dtype}')`,
  })
}

/** What {@link assertBatchOf} expects of a batch. */
export interface BatchRequirement {
  /** The option of the model that decides its shape, named in the fix. Defaults to none. */
  readonly option?: string | undefined
  /** The type of its values. Defaults to float32. */
  readonly dtype?: DataType | undefined
  /** How many examples it must have. Defaults to any number, including none. */
  readonly count?: number | undefined
  /** What is often passed by mistake: the shape of one example of it, and the fix. Defaults to none. */
  readonly mistaken?:
    | {
        /** The shape of one example of it. */
        readonly shape: Shape
        /** The fix if it was passed. */
        readonly fix: string
      }
    | undefined
}

/**
 * Checks that `x` is a batch of examples of `shape`.
 *
 * @param functionName the public function that received `x`, for the message
 * @param argument the argument's name, for the message
 * @param x as received; borrowed
 * @param shape the shape of one example
 * @param requirement see {@link BatchRequirement}
 * @throws {ShapeError} when `x` is not `[batch, ...shape]` or its values are of a different type
 * @throws {OptionError} when `x` is not a tensor, {@link DisposedError} when it is disposed of
 */
export function assertBatchOf(
  functionName: string,
  argument: string,
  x: unknown,
  shape: Shape,
  { option, dtype = 'float32', count, mistaken }: BatchRequirement = {},
): asserts x is Tensor {
  assertTensor(functionName, argument, x, dtype)
  const own = x.shape.slice(1)
  const fits = x.rank > 0 && equal(own, shape)
  if (fits && (count === undefined || x.shape[0] === count)) return
  const fix = fits
    ? `take ${count} of them, e.g. tf.slice(${argument}, 0, ${count})`
    : fitShape(argument, x, shape, option)
  throw new ShapeError(`\`${functionName}\` received \`${argument}\` of the wrong shape.`, {
    facts: { Expected: `[${[count ?? 'batch', ...shape].join(', ')}]`, Received: `[${x.shape.join(', ')}]` },
    fix: !fits && mistaken && equal(own, mistaken.shape) ? mistaken.fix : fix,
  })
}

/**
 * Checks that a value has the members that a function will use.
 *
 * @param functionName the public function that received it, for the message
 * @param argument the argument's name, for the message
 * @param value as received
 * @param requirement what it should be, e.g. `a data set`; the members that it needs; and the fix
 * @throws {OptionError} when it is a promise, not an object or function, or a member is missing or bad
 */
export function assertMembers(
  functionName: string,
  argument: string,
  value: unknown,
  requirement: {
    readonly expected: string
    readonly members: Members
    readonly fix: string
  },
): void {
  const { expected, members, fix } = requirement
  const lack = lackOf(value, members)
  if (lack === undefined) return
  throw new OptionError(`\`${functionName}\` received \`${argument}\` that is not ${expected}.`, {
    facts: {
      Expected: expected,
      Received: lack === '' || isPromise(value) ? show(value) : `${show(value)}, ${lack}`,
    },
    fix: isPromise(value) ? `await it first: await ${argument}` : fix,
  })
}

/**
 * Checks that a value is a source of batches.
 *
 * @param functionName the public function that received it, for the message
 * @param argument the argument's name, for the message
 * @param value as received
 * @throws {OptionError} when it is not
 */
export function assertDataset(functionName: string, argument: string, value: unknown): asserts value is Dataset<Batch> {
  assertMembers(functionName, argument, value, {
    expected: 'a data set',
    members: {
      batches: 'function',
      name: 'string',
      shape: shapeOption,
      size: nonNegativeInteger,
      range: intervalOption,
      checksum: optional(functionOption),
    },
    fix: 'pass a data set, e.g. await mnist({ split: "train" }), or fromArray(values, { shape }) of @ae/datasets',
  })
}

/**
 * Checks that a value is a model with some methods, as generation and metrics need.
 *
 * @param functionName the public function that received it, for the message
 * @param model as received
 * @param methods the methods that it must have, e.g. `['encode', 'decode']`
 * @throws {OptionError} when it is not
 */
export function assertModel(functionName: string, model: unknown, methods: readonly string[]): void {
  assertMembers(functionName, 'model', model, {
    expected: `a model with ${methods.join(' and ')}`,
    members: {
      inputShape: shapeOption,
      codeSize: positiveInteger,
      ...Object.fromEntries(methods.map((name) => [name, 'function'])),
    },
    fix: 'pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models',
  })
  if (!('forLabel' in (model as object))) return
  throw new OptionError(`\`${functionName}\` received \`model\` that needs a label for each example.`, {
    facts: { Expected: `a model with ${methods.join(' and ')} for examples without labels`, Received: show(model) },
    fix: 'choose the label first: pass model.forLabel(label)',
  })
}

function toTensor(argument: string, value: unknown): string {
  if (isPromise(value)) return `await it first: await ${argument}`
  if (Array.isArray(value)) return `make a tensor of it, e.g. tf.tensor(${argument})`
  if (ArrayBuffer.isView(value)) return `make a tensor of it, e.g. tf.tensor(Float32Array.from(${argument}), shape)`
  if (typeof value === 'object' && value !== null) {
    if ('examples' in value) {
      return `pass its examples: ${argument}.examples; if it comes from a data set, pass that without withLabels`
    }
    if ('batches' in value) {
      return `pass a batch of it: for await (const batch of ${argument}.batches({ batchSize: 128 })) …`
    }
  }
  return 'pass a tensor, e.g. tf.zeros(shape)'
}

function fitShape(argument: string, x: Tensor, shape: Shape, option: string | undefined): string {
  if (equal(x.shape, shape)) return `add the batch axis, e.g. tf.expandDims(${argument}, 0)`
  const [batch, ...own] = x.shape
  if (batch !== undefined && x.size === batch * sizeOfShape(shape)) {
    return `reshape first, e.g. tf.reshape(${argument}, [-1, ${shape.join(', ')}])`
  }
  const needed = `pass ${argument} of shape [${['batch', ...shape].join(', ')}]`
  const isPossible = own.length === shape.length && own.every((length) => length > 0)
  if (option === undefined || !isPossible) return needed
  return `${needed}, or make the model with ${option}: ${option.endsWith('Shape') ? `[${own.join(', ')}]` : own.join(', ')}`
}

function equal(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis])
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value
}
