// Any change of the values, by operations on tensors.
import { type Batch, type Dataset, DatasetError, type Shape } from '@ae/core'
import {
  assertDataset,
  assertOption,
  assertOptions,
  functionOption,
  intervalOption,
  nameOption,
  shapeOption,
  show,
} from '@ae/core/internal'
import { Tensor, tidy } from '@tensorflow/tfjs-core'
import { changed, withoutTransform } from './changed.ts'

/** Options of {@link map}. */
export interface MapOptions {
  /** The smallest and largest value that may come of it; `train` compares them with the model's likelihood. */
  readonly range: Dataset['range']
  /** The shape of one changed example. Defaults to the shape of `dataset`. */
  readonly shape?: Shape | undefined
  /** What the result is; goes into saved models. Defaults to e.g. `mnist/train mapped`. */
  readonly name?: string | undefined
}

/**
 * The same data with each batch of examples changed, on the backend.
 *
 * @param dataset with labels, which stay, or without; borrowed
 * @param change takes `[batch, ...shape]`, borrowed, and returns as many examples, each computed from its own alone. Tensors
 *   that it makes on the way are released
 * @param options see {@link MapOptions}
 * @returns a data set without a checksum: what `change` does cannot be told from outside
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} while iterating: when `change` returns something other than float32 `[batch, ...shape]`
 * @example
 * ```ts
 * const negatives = map(digits, (x) => tf.sub(1, x), { range: { minimum: 0, maximum: 1 } })
 * ```
 */
export function map<batch extends Batch>(
  dataset: Dataset<batch>,
  change: (examples: Tensor) => Tensor,
  options: MapOptions,
): Dataset<batch> {
  assertDataset('map', 'dataset', dataset)
  assertOption('map', 'change', change, functionOption)
  assertOptions('map', options, { range: intervalOption, shape: shapeOption, name: nameOption }, ['range'])
  const { range, shape = dataset.shape, name = `${dataset.name} mapped` } = options
  return changed(dataset, {
    name,
    shape: [...shape],
    range,
    checksum: undefined,
    notes: withoutTransform(dataset),
    change: (examples) =>
      tidy(() => {
        const received: unknown = change(examples)
        const expected = [examples.shape[0], ...shape].join(', ')
        if (received instanceof Tensor && received.dtype === 'float32' && received.shape.join(', ') === expected) {
          return received === examples ? received.clone() : received
        }
        throw new DatasetError('`map` received a `change` that gives other examples than it says.', {
          facts: {
            Data: dataset.name,
            Expected: `float32 [${expected}]`,
            Received: received instanceof Tensor ? `${received.dtype} [${received.shape.join(', ')}]` : show(received),
          },
          fix: 'return a tensor of one example for each received, and pass the `shape` that they have',
        })
      }),
  })
}
