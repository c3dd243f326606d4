// The calls of @ae/datasets that choose examples, change values, or read streams and series.
import type { Batch } from '@ae/core'
import * as datasets from '@ae/datasets'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const {
  callback,
  count,
  either,
  flag,
  integer,
  listOf,
  name,
  nonNegative,
  number,
  object,
  oneOf,
  options,
  positive,
  seed,
} = kinds

const indexed = place(
  object('a data set that can be read in any order', { ...world.dataset.members, read: callback, take: callback }),
  world.digits,
)
const digits = place(world.dataset, world.digits)
const series = datasets.fromArray(new Float32Array(12), { shape: [2], name: 'series' })
const interval = object('an interval', { minimum: world.anyNumber, maximum: world.anyNumber })
const isList = (value: unknown): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
const numbers = (test: (values: readonly unknown[]) => boolean): kinds.Kind => ({
  name: 'numbers',
  isGood: (value) => isList(value) && test(Array.from(value)),
})
const size = world.digits.size
const indices = numbers((all) => all.every((i) => Number.isInteger(i) && Number(i) >= 0 && Number(i) < size))
const some = numbers((all) => all.length > 0 && indices.isGood(all))
const finite = numbers((all) => all.length > 0 && all.every(Number.isFinite))
const pass = options({ batchSize: count, seed, epoch: integer(0) }, ['batchSize'])
const all = async (batches: AsyncIterable<Batch>) => {
  for await (const batch of batches) tf.dispose(batch as tf.TensorContainer)
  return 'all batches'
}
const zeros = () => [[0, 0, 0, 0]]
const stream = { shape: [4], range: { minimum: 0, maximum: 1 }, size: 1 }
const source: kinds.Kind = {
  name: 'a source',
  isGood: (value) =>
    typeof value === 'function' ||
    (typeof value === 'object' &&
      value !== null &&
      (Symbol.iterator in value || Symbol.asyncIterator in value) &&
      !['next', 'getReader', 'pipe'].some((member) => member in value)),
}

export const combinatorCalls: readonly Call[] = [
  call('take', [indexed, place(count, 2)], datasets.take),
  call('skip', [indexed, place(integer(1, size - 1), 2)], datasets.skip),
  call('filter', [indexed, place(callback, () => true)], datasets.filter),
  call('select', [indexed, place(some, [1, 0])], datasets.select),
  call(
    'split',
    [
      indexed,
      place(
        options(
          {
            fractions: numbers(
              (parts) =>
                parts.length > 0 &&
                parts.every((part) => Number(part) > 0) &&
                Math.abs(Number(parts.reduce((sum, part) => Number(sum) + Number(part), 0)) - 1) < 1e-6,
            ),
            seed,
            stratified: flag,
          },
          ['fractions'],
        ),
        { fractions: [0.5, 0.5] },
      ),
    ],
    datasets.split,
  ),
  call('concat', [indexed, indexed], datasets.concat),
  call(
    'weighted',
    [
      indexed,
      place(
        options({
          weights: numbers(
            (own) =>
              own.length === size &&
              own.every((w) => Number.isFinite(w) && Number(w) >= 0) &&
              own.some((w) => Number(w) > 0),
          ),
        }),
        {},
      ),
    ],
    datasets.weighted,
  ),
  call('batchOf', [digits, place(either(integer(1, size), some), 2)], async (data, examples) => {
    tf.dispose((await datasets.batchOf(data, examples)) as tf.TensorContainer)
    return 'a batch'
  }),
  call(
    'map',
    [
      digits,
      place(callback, (x: tf.Tensor) => tf.neg(x)),
      place(options({ range: interval, shape: kinds.shape, name }, ['range']), { range: { minimum: 0, maximum: 1 } }),
    ],
    datasets.map,
  ),
  call('map.batches', [place(pass, { batchSize: 2, seed: 1 })], (chosen) =>
    all(datasets.map(world.digits, (x) => tf.neg(x), { range: { minimum: -1, maximum: 0 } }).batches(chosen)),
  ),
  call(
    'rescale',
    [digits, place(options({ minimum: number((value) => value < 1), maximum: positive, from: interval }), {})],
    datasets.rescale,
  ),
  call('momentsOf', [digits, place(options({ per: oneOf('channel', 'value') }), {})], datasets.momentsOf),
  call(
    'standardize',
    [
      place(world.dataset, series),
      place(
        options(
          {
            mean: numbers((own) => own.length === 2 && finite.isGood(own)),
            standardDeviation: numbers((own) => own.length === 2 && own.every((value) => nonNegative.isGood(value))),
          },
          ['mean', 'standardDeviation'],
        ),
        { mean: [0, 1], standardDeviation: [1, 2] },
      ),
    ],
    datasets.standardize,
  ),
  call(
    'augment',
    [
      digits,
      place(
        options({
          crop: number((value) => value > 0 && value <= 1),
          rotate: positive,
          shift: count,
          flip: oneOf('horizontal', 'vertical', 'both'),
          noise: nonNegative,
          fill: number(),
          seed,
        }),
        { shift: 1 },
      ),
    ],
    datasets.augment,
  ),
  call('augment.batches', [place(pass, { batchSize: 2, seed: 1 })], (chosen) =>
    all(datasets.augment(world.digits, { noise: 0.1 }).batches(chosen)),
  ),
  call(
    'fromStream',
    [
      place(source, zeros),
      place(
        options(
          {
            shape: kinds.shape,
            range: interval,
            size: count,
            examplesPerEpoch: count,
            shuffleBuffer: count,
            startAt: callback,
            name,
            checksum: callback,
          },
          ['shape', 'range', 'size'],
        ),
        stream,
      ),
    ],
    datasets.fromStream,
  ),
  call('fromStream.batches', [place(pass, { batchSize: 2, seed: 1 })], (chosen) =>
    all(datasets.fromStream(zeros, stream).batches(chosen)),
  ),
  call(
    'fromTensor',
    [
      place(
        kinds.tensor(([rows = 0, ...own]) => rows > 0 && own.length > 0 && own.every((length) => length > 0), 'any'),
        tf.zeros([2, 3]),
      ),
      place(options({ labels: kinds.tensor((shape) => shape.length === 1 && shape[0] === 2, 'any'), name }), {}),
    ],
    datasets.fromTensor,
  ),
  call(
    'windows',
    [
      place(either(finite, listOf(finite, 1)), new Float32Array(12)),
      place(
        options(
          {
            length: integer(1, 12),
            stride: count,
            channels: oneOf(1, 2, 3, 4, 6, 12),
            labels: callback,
            minimum: oneOf(),
            maximum: positive,
            name,
          },
          ['length'],
        ),
        { length: 1 },
      ),
    ],
    datasets.windows,
  ),
]
