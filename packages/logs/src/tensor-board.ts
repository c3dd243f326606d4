// Writes what TensorBoard reads: event files, and the files of its projector.
import { type Logger, type LogRecord, OptionError, storeOf } from '@ae/core'
import { assertOption, joinBytes, nameOption, nonNegativeInteger, type OptionCheck } from '@ae/core/internal'
import { binsOf } from './bins.ts'
import { beginning, histogramEvent, imageEvent, scalarsEvent } from './events.ts'
import { inOrder } from './in-order.ts'
import { type LogFile, type LogFolderPlace, logFolderOf, storedFile } from './log-file.ts'
import { pngOf } from './png.ts'
import { type EmbeddedCodes, type EmbeddingOptions, embeddingFiles, listEmbedding } from './projector.ts'
import { assertRecord } from './record.ts'

/** A logger for TensorBoard, with what is not a number too. Every method can also be called after the run. */
export interface TensorBoardLogger extends Logger {
  write(record: LogRecord): Promise<void>
  /**
   * Logs how numbers are distributed, e.g. the values of a variable: 30 bins of equal width.
   *
   * @param tag its name in TensorBoard
   * @param values finite numbers, at least one, borrowed
   * @param step optimiser steps made in all, an integer of at least 0
   * @throws {OptionError} on a bad argument
   */
  histogram(tag: string, values: ArrayLike<number>, step: number): Promise<void>
  /**
   * Logs a picture.
   *
   * @param tag its name in TensorBoard
   * @param png the bytes of a PNG file, as `encodePng` of `@ae/images` gives them, borrowed
   * @param step optimiser steps made in all, an integer of at least 0
   * @throws {OptionError} on a bad argument
   */
  image(tag: string, png: Uint8Array, step: number): Promise<void>
  /**
   * Logs codes for TensorBoard's projector, which shows them in two or three dimensions by PCA, UMAP or t-SNE.
   *
   * @param tag its name in TensorBoard
   * @param codes finite, borrowed; see {@link EmbeddedCodes}
   * @param options labels and images of the codes; see {@link EmbeddingOptions}
   * @throws {OptionError} on a bad argument, or when the log goes to a store, which is one file
   * @throws {ShapeError} when labels or images are not as many as the codes
   */
  embedding(tag: string, codes: EmbeddedCodes, options?: EmbeddingOptions): Promise<void>
  close(): Promise<void>
}

/**
 * Logs to TensorBoard: `tensorboard --logdir runs` shows it, while training too. Use one folder per run.
 *
 * Each logger begins an event file of its own, which says that what former files of the folder have from its first step on is
 * replaced. So a run that goes on from a checkpoint leaves no second line in the chart.
 *
 * @param place in Node the path of a folder, made when missing; in a page a `FileSystemDirectoryHandle`; or a store for the event
 *   file alone, whose name TensorBoard wants to contain `tfevents`
 * @throws {OptionError} when `place` is none of these
 * @throws {AutoencoderError} when something cannot be written, from the method that writes it
 * @see https://www.tensorflow.org/tensorboard
 * @example
 * ```ts
 * await fit(model, digits, { epochs: 10, log: tensorBoard('runs/vae') })
 * ```
 */
export function tensorBoard(place: LogFolderPlace): TensorBoardLogger {
  const folder = logFolderOf('tensorBoard', place)
  const single = folder === undefined ? storedFile('tensorBoard', storeOf('tensorBoard', 'place', place)) : undefined
  const run = inOrder()
  let file: LogFile | undefined
  /** Adds an event, and before the first one the beginning of a file. */
  const add = async (moment: { readonly time: number; readonly step: number }, event: Uint8Array) => {
    if (file !== undefined) return file.append(event)
    const seconds = String(Math.floor(moment.time)).padStart(10, '0')
    const opened = single ?? (folder as NonNullable<typeof folder>)(`events.out.tfevents.${seconds}.ae`)
    await opened.append(joinBytes([beginning(moment), event]))
    file = opened
  }
  const now = (step: number) => ({ time: Date.now() / 1000, step })
  return {
    async write(record) {
      assertRecord('tensorBoard', record)
      const { time, step, scalars } = record
      const event = scalarsEvent({ time, step }, scalars)
      await run(() => add({ time, step }, event))
    },
    async histogram(tag, values, step) {
      assertOption('histogram', 'tag', tag, nameOption)
      assertOption('histogram', 'values', values, numbersOption)
      assertOption('histogram', 'step', step, nonNegativeInteger)
      const moment = now(step)
      const event = histogramEvent(moment, tag, binsOf(values))
      await run(() => add(moment, event))
    },
    async image(tag, png, step) {
      assertOption('image', 'tag', tag, nameOption)
      const picture = pngOf('image', 'png', png)
      assertOption('image', 'step', step, nonNegativeInteger)
      const moment = now(step)
      const event = imageEvent(moment, tag, picture)
      await run(() => add(moment, event))
    },
    async embedding(tag, codes, options = {}) {
      assertOption('embedding', 'tag', tag, nameOption)
      if (folder === undefined) {
        throw new OptionError('`embedding` needs a folder, but this log goes to a store.', {
          facts: { Expected: 'a folder: an embedding is several files', Received: single?.name ?? '' },
          fix: 'make the logger for a folder, e.g. tensorBoard("runs/vae"), or in a page tensorBoard(await navigator.storage.getDirectory())',
        })
      }
      const embedding = await embeddingFiles(tag, codes, options)
      await run(async () => {
        for (const [path, content] of Object.entries(embedding.files)) await folder(path).replace(content)
        await listEmbedding(folder('projector_config.pbtxt'), embedding)
        if (file === undefined) await add(now(options.step ?? 0), new Uint8Array()) // the projector lists folders with events
      })
    },
    close: () => run(async () => {}),
  }
}

const numbersOption: OptionCheck = (value) =>
  (Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)) &&
  (value as ArrayLike<unknown>).length > 0 &&
  Array.from(value as ArrayLike<unknown>).every(Number.isFinite)
    ? undefined
    : 'finite numbers, at least one, e.g. await model.variables.name.data()'
