// A model of examples as a model of rows.
import { type Autoencoder, type Json, notesOf } from '@ae/core'
import { assertMembers, functionOption, type OptionCheck, optional, positiveInteger } from '@ae/core/internal'
import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import { fromRows } from './from-rows.ts'
import type { Row, Table } from './table.ts'
import { type TabularTransform, tabularTransformFromConfig } from './tabular-transform.ts'

/** A model, or a sampler of @ae/models, whose examples are rows. */
export interface ModelOfRows extends Partial<Pick<Autoencoder, 'reconstruct'>> {
  /** New examples, `[count, width]`; owned by the caller. */
  sample?(count: number, options?: RowSampleOptions): Tensor
  /** Of a model: its notes hold the transform. */
  readonly variables?: Readonly<Record<string, Variable>> | undefined
}

/** Options of `sample` of a {@link TableModel}. */
export interface RowSampleOptions {
  /** The same seed gives the same rows. Defaults to 0. */
  readonly seed?: number | undefined
  /** The standard deviation that latents are drawn with, at least 0. Defaults to 1. */
  readonly temperature?: number | undefined
  /** Whether values are drawn, as in real rows, or are means and likeliest categories. Defaults to true. */
  readonly draw?: boolean | undefined
}

/** A model that takes and gives rows in own units and names. */
export interface TableModel {
  /** Between rows and examples. */
  readonly transform: TabularTransform
  /**
   * New rows.
   *
   * @param count how many, a positive integer
   * @throws {OptionError} when the model cannot sample, on a bad count or option
   */
  sample(count: number, options?: RowSampleOptions): Promise<Row[]>
  /**
   * What the model makes of rows: means, and the likeliest categories.
   *
   * @param rows a table or objects, with the columns that the model was trained on; others are ignored
   * @throws {OptionError} when the model cannot reconstruct
   * @throws {DatasetError} when a column is missing, or a value does not fit it
   */
  reconstruct(rows: Table | readonly Readonly<Record<string, unknown>>[]): Promise<Row[]>
}

/**
 * A model that takes and gives rows in own units and names, also after `load`: a model that was trained on what `transform.apply` gave
 * has the transform in its file.
 *
 * @param model borrowed, also by the result: dispose of it after the last use
 * @param transform defaults to the one in the model's notes
 * @throws {OptionError} when the model has no transform in its notes and none is passed
 * @example
 * ```ts
 * const people = tableModel(await load(file('people.safetensors'), vae))
 * const rows = await people.sample(1000, { seed: 1 }) // [{ age: 31, city: 'Oslo' }, ...]
 * ```
 */
export function tableModel(model: ModelOfRows, transform: TabularTransform = transformOf(model)): TableModel {
  assertMembers('tableModel', 'model', model, {
    expected: 'a model of rows',
    members: { sample: optional(functionOption), reconstruct: optional(functionOption) },
    fix: 'pass a model, e.g. vae({ inputShape: [transform.width], ... }), or a sampler such as gaussianSampler gives',
  })
  assertMembers('tableModel', 'transform', transform, {
    expected: 'a transform of a table',
    members: { apply: 'function', invert: 'function', width: positiveInteger },
    fix: 'pass what tabularTransform gives',
  })
  return {
    transform,
    async sample(count, { draw = true, ...options } = {}) {
      assertCan('sample', model)
      return inverted(transform, model.sample(count, { ...options, draw }))
    },
    async reconstruct(rows) {
      assertCan('reconstruct', model)
      const table = Array.isArray(rows) ? readRows(rows, transform) : (rows as Table)
      const examples = transform.apply(table)
      const outputs: Row[] = []
      for await (const batch of examples.batches({ batchSize: 1024 })) {
        let output: Tensor
        try {
          output = model.reconstruct(batch)
        } finally {
          batch.dispose()
        }
        outputs.push(...(await inverted(transform, output)))
      }
      return outputs
    },
  }
}

async function inverted(transform: TabularTransform, examples: Tensor): Promise<Row[]> {
  try {
    return await transform.invert(examples)
  } finally {
    examples.dispose()
  }
}

/** Rows as the transform needs them; those of its columns that no row has count as missing. */
function readRows(rows: readonly Readonly<Record<string, unknown>>[], transform: TabularTransform): Table {
  const names = new Set(rows.flatMap((row) => Object.keys(Object(row))))
  const kinds = Object.entries(transform.kinds).filter(([name]) => names.has(name))
  return fromRows(rows, { columns: Object.fromEntries(kinds) })
}

function transformOf(model: ModelOfRows): TabularTransform {
  const config: Json | undefined =
    model?.variables === undefined ? undefined : notesOf({ variables: model.variables }).transform
  if (config !== undefined) return tabularTransformFromConfig(config)
  assertMembers('tableModel', 'transform', undefined, {
    expected: "a transform: the model's notes hold none",
    members: {},
    fix: 'pass the transform as the second argument; a model that is trained on transform.apply(table) notes it',
  })
  return tabularTransformFromConfig(config)
}

function assertCan<name extends 'sample' | 'reconstruct'>(
  name: name,
  model: ModelOfRows,
): asserts model is ModelOfRows & Required<Pick<ModelOfRows, name>> {
  const isThere: OptionCheck = (value) => (typeof value === 'function' ? undefined : 'a function')
  assertMembers(name, 'model', model, {
    expected: `one that can ${name}`,
    members: { [name]: isThere },
    fix:
      name === 'sample'
        ? 'use a vae, or fit gaussianSampler or mixtureSampler of @ae/models to the codes and pass that, with the transform'
        : 'pass the model itself and not its sampler',
  })
}
