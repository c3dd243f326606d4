// The examples of a stream from any place on, in blocks as they come, and from its beginning again when it ends.
import { type Dataset, DatasetError, OptionError, type Shape, ShapeError, sizeOfShape } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Labels, Values } from './indexed-dataset.ts'
import { assertOneLabelEach } from './parts.ts'
import { type ArrayValues, storedLabels, storedValues } from './stored-values.ts'

/** Items that come one after the other; perhaps after waiting, for a file to be opened for example. */
export type Opened<item> = Iterable<item> | AsyncIterable<item> | Promise<Iterable<item> | AsyncIterable<item>>

/** What {@link blocksFrom} reads. */
export interface Stream {
  readonly name: string
  readonly shape: Shape
  readonly range: Dataset['range']
  /** The number of examples, once it is known. */
  size: number | undefined
  open(): Opened<unknown>
  readonly startAt: ((index: number) => Opened<unknown>) | undefined
}

/** Some examples. */
export interface Block {
  readonly values: Values
  readonly labels: Labels | undefined
}

/**
 * @param first the index of the example to begin with, counted on beyond the end of the stream
 * @returns blocks without end
 */
export async function* blocksFrom(stream: Stream, first: number): AsyncGenerator<Block, never, void> {
  let ahead = first // examples to leave out
  for (;;) {
    if (stream.size !== undefined) ahead %= stream.size
    let index = stream.startAt ? ahead : 0
    const opened: unknown = await (stream.startAt ? stream.startAt(index) : stream.open())
    const iterator = iteratorOf(opened)
    ahead -= index
    try {
      for (let item = await iterator.next(); !item.done; item = await iterator.next()) {
        const block = blockOf(await item.value, stream, index)
        const { length, after } = split(block, ahead, sizeOfShape(stream.shape))
        ahead -= Math.min(ahead, length)
        index += length
        if (stream.size !== undefined && index >= stream.size) await assertEnds(iterator, stream, index)
        if (after !== undefined) yield after // its memory may be used again for the next one
      }
    } finally {
      await iterator.return?.()
    }
    assertWhole(stream, index)
    stream.size = index
  }
}

function iteratorOf(opened: unknown): Iterator<unknown> | AsyncIterator<unknown> {
  if (typeof opened === 'object' && opened !== null) {
    if (Symbol.asyncIterator in opened) return (opened as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    if (Symbol.iterator in opened) return (opened as Iterable<unknown>)[Symbol.iterator]()
  }
  throw new OptionError('`fromStream` received a function that does not give items.', {
    facts: { Expected: 'an iterable, sync or async, or a promise of one', Received: show(opened) },
    fix: 'return an iterable, e.g. from a generator: fromStream(async function* () { yield example }, …)',
  })
}

/** The examples of an item, checked. */
function blockOf(item: unknown, { name, shape, range }: Stream, index: number): Block {
  const isLabelled = typeof item === 'object' && item !== null && 'examples' in item && 'labels' in item
  const values = storedValues('fromStream', (isLabelled ? item.examples : item) as ArrayValues, shape)
  const exampleSize = sizeOfShape(shape)
  if (values.length % exampleSize !== 0) {
    throw new ShapeError('`fromStream` received an item that does not divide into examples of `shape`.', {
      facts: {
        Data: name,
        Expected: `a multiple of ${exampleSize} values, for [${shape.join(', ')}]`,
        Received: `${values.length} values, from example ${index} on`,
      },
      fix: 'let each item hold one or more whole examples',
    })
  }
  assertInRange(values, { name, range, index, exampleSize })
  if (!isLabelled) return { values, labels: undefined }
  const labels = storedLabels('fromStream', item.labels as ArrayLike<number>)
  assertOneLabelEach('fromStream', values.length / exampleSize, labels, {
    Data: name,
    Item: `from example ${index} on`,
  })
  return { values, labels }
}

function assertInRange(
  values: Values,
  { name, range, index, exampleSize }: Pick<Stream, 'name' | 'range'> & { index: number; exampleSize: number },
): void {
  const unit = values instanceof Uint8Array ? 255 : 1
  const minimum = Math.max(range.minimum, -largest)
  const maximum = Math.min(range.maximum, largest)
  for (let i = 0; i < values.length; i++) {
    const value = Math.fround((values[i] as number) / unit)
    if (value >= minimum && value <= maximum) continue
    throw new DatasetError('`fromStream` received a value out of range.', {
      facts: {
        Data: name,
        Expected: `finite values in [${range.minimum}, ${range.maximum}], its range`,
        Received: `${value}: example ${index + Math.floor(i / exampleSize)}, value ${i % exampleSize} of it`,
      },
      fix: 'pass a `range` that holds all values; replace NaN and Infinity first',
    })
  }
}

/** The largest finite number of float32. */
const largest = (2 - 2 ** -23) * 2 ** 127

/** How many examples a block has, and those after the first `ahead`, if any. */
function split(
  { values, labels }: Block,
  ahead: number,
  exampleSize: number,
): { length: number; after: Block | undefined } {
  const length = values.length / exampleSize
  if (ahead >= length) return { length, after: undefined }
  return { length, after: { values: values.subarray(ahead * exampleSize), labels: labels?.subarray(ahead) } }
}

async function assertEnds(
  iterator: Iterator<unknown> | AsyncIterator<unknown>,
  { name, size }: Stream,
  index: number,
): Promise<void> {
  if (index === size && (await iterator.next()).done) return
  throw new DatasetError('`fromStream` received more examples than `size`.', {
    facts: { Data: name, Expected: `${size} examples`, Received: 'more' },
    fix: 'pass the right `size`, or `examplesPerEpoch` alone for a stream of unknown length',
  })
}

function assertWhole({ name, size }: Stream, index: number): void {
  if (index > 0 && (size === undefined || index === size)) return
  throw new DatasetError('`fromStream` received too few examples.', {
    facts: { Data: name, Expected: size === undefined ? 'at least one' : `${size} examples`, Received: String(index) },
    fix: 'pass the right `size`; let the source begin anew each time: an iterator can be walked once, so pass the function that makes it',
  })
}
