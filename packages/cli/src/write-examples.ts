// Examples of a model as files: pictures as PNG, rows of a table in their own units, or arrays.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { file, type Shape } from '@ae/core'
import type { Row } from '@ae/datasets'
import { encodePng, grid } from '@ae/images'
import * as tf from '@tensorflow/tfjs-core'
import { arrayFormats } from './array-formats.ts'
import type { ArrayValues } from './encoder.ts'
import { lookOf } from './look-of.ts'
import type { OpenModel } from './open-model.ts'
import { rowFormats } from './row-formats.ts'
import type { Io } from './verb.ts'
import { arrayFormatNames, pictureFormatNames } from './verbs/of-a-model.ts'
import { valuesOf } from './walk-batches.ts'
import { type RowOutput, type Target, type TargetWish, writeBytes, writeRows } from './write-array.ts'

/** What is written. */
export interface ExamplesOut {
  readonly opened: OpenModel
  readonly target: Target
  readonly io: Io
  /** The name of the array, in formats that hold several, e.g. `samples`. */
  readonly name: string
  readonly count: number
  /** How a grid of all of them is drawn, `[count, ...shape]` to an image, in `tf.tidy`. Defaults to rows of a square */
  readonly draw?: ((examples: tf.Tensor) => tf.Tensor) | undefined
}

/** How examples of a model can be written, and how they are on stdout. */
export function formatsOf({ model, transform }: OpenModel): Pick<TargetWish, 'formats' | 'standard'> {
  if (lookOf(model.inputShape) === 'picture' && transform === undefined) {
    return { formats: ['folder', ...pictureFormatNames], standard: 'png' }
  }
  return { formats: ['csv', ...arrayFormatNames.filter((name) => name !== 'csv')], standard: 'csv' }
}

/** Takes examples one batch after the other. */
export type WriteExamples = (examples: tf.Tensor) => Promise<void>

/**
 * Writes examples as they come.
 *
 * @param produce writes all of them; each tensor is owned by the writer
 */
export async function writeExamples(
  spec: ExamplesOut,
  produce: (write: WriteExamples) => Promise<void>,
): Promise<void> {
  const { opened, target, io, name, count } = spec
  const { transform, model } = opened
  const { out, format } = target
  if (format === 'png') return writePicture(spec, produce)
  if (format === 'folder') return writeFolder(out, count, produce)
  if (transform !== undefined && format in rowFormats) {
    const encoder = rowFormats[format as keyof typeof rowFormats]()
    return writeRows<readonly Row[]>(out, io, encoder, (output) =>
      produce(async (examples) => {
        const [values] = await valuesOf([examples])
        await output.write(await transform.invert(values as Float32Array))
      }),
    )
  }
  const columns = [{ name, shape: model.inputShape, type: 'float32', letter: 'x' }] as const
  return writeRows(out, io, arrayFormats[format].encoder(columns, count), (output: RowOutput<readonly ArrayValues[]>) =>
    produce(async (examples) => output.write(await valuesOf([examples]))),
  )
}

/** All examples in one picture. */
async function writePicture(
  { target, io, draw = (examples) => grid(examples, { scale: scaleFor(examples.shape.slice(1)) }) }: ExamplesOut,
  produce: (write: WriteExamples) => Promise<void>,
): Promise<void> {
  const kept: tf.Tensor[] = []
  try {
    await produce(async (examples) => void kept.push(examples))
    const image = tf.tidy(() => draw(kept.length === 1 ? (kept[0] as tf.Tensor) : tf.concat(kept)))
    try {
      await writeBytes(target.out, io, await encodePng(image))
    } finally {
      image.dispose()
    }
  } finally {
    tf.dispose(kept)
  }
}

/** Each example as a PNG, numbered in order. */
async function writeFolder(
  out: string,
  count: number,
  produce: (write: WriteExamples) => Promise<void>,
): Promise<void> {
  await mkdir(out, { recursive: true })
  const digits = String(count - 1).length
  let index = 0
  await produce(async (examples) => {
    try {
      const [batch = 0] = examples.shape
      for (let i = 0; i < batch; i++) {
        const image = tf.tidy(() => tf.squeeze(tf.slice(examples, [i], [1]), [0]))
        try {
          await file(join(out, `${String(index++).padStart(digits, '0')}.png`)).write(await encodePng(image))
        } finally {
          image.dispose()
        }
      }
    } finally {
      examples.dispose()
    }
  })
}

/** How much small pictures are enlarged. */
export function scaleFor([height = 1, width = 1]: Shape): number {
  return Math.max(1, Math.floor(64 / Math.max(height, width)))
}
