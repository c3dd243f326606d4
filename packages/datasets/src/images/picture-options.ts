// The options of `imageFolder` and `fromImages`.
import type { Shape } from '@ae/core'
import { nameOption, nonNegativeInteger, type OptionCheck, oneOf, positiveInteger } from '@ae/core/internal'
import { type ReadingOptions, readingChecks } from '../place.ts'
import type { ImageSettings } from './decoding/decode-image.ts'

/** How pictures become a data set. */
export interface PictureOptions extends ReadingOptions {
  /**
   * The shape of one example, `[height, width, 1]` for grey or `[height, width, 3]` for red, green and blue. Grey is
   * `0.299 red + 0.587 green + 0.114 blue` (ITU-R BT.601) in whole numbers, as in Pillow.
   */
  readonly shape: Shape
  /**
   * The class of each picture: `subfolders` for the outermost folder that it lies in, or a function that names the class for
   * the picture's path, in which folders are separated by `/`, and its index. Classes are numbered in the order of
   * `classNames`. Defaults to no labels.
   */
  readonly labels?: 'subfolders' | ((path: string, index: number) => string) | undefined
  /**
   * The names of all classes in the order of their numbers; a picture of another class is refused. Pass those of the training
   * data (`data.notes.classNames`) for other data of the same model. Defaults to the classes that occur, sorted by code units.
   */
  readonly classNames?: readonly string[] | undefined
  /**
   * How a picture with other proportions is fitted: `contain` shows all of it and fills the rest with `background`, `cover`
   * fills the image and crops both sides equally, `stretch` distorts. Defaults to `contain`.
   */
  readonly fit?: 'contain' | 'cover' | 'stretch' | undefined
  /**
   * How pictures are scaled, always with antialiasing: Pillow's filter of that name, with the same result for every byte.
   * Defaults to `bilinear`.
   */
  readonly filter?: 'box' | 'bilinear' | 'bicubic' | 'lanczos' | undefined
  /**
   * The grey behind transparent pixels and around a picture that does not fill the image, from 0 (black) to 1 (white); rounded
   * to a multiple of 1/255. Defaults to 0.
   */
  readonly background?: number | undefined
  /**
   * What to do about a file that cannot be decoded: `throw`, or `skip` it; then `skipped` of the data set tells which and why.
   * Defaults to `throw`.
   */
  readonly onBroken?: 'throw' | 'skip' | undefined
  /**
   * The most bytes of decoded examples that are kept in memory, an integer of at least 0; an example has one byte for each
   * value. Data that needs more is decoded in every epoch, ahead of training. Defaults to 2^30 (1 GiB).
   */
  readonly cacheBytes?: number | undefined
  /**
   * The most pixels that a picture may have, a positive integer: a header that claims more is refused before memory is taken for
   * them. Defaults to 2^26 (8192 x 8192).
   */
  readonly maximumPixels?: number | undefined
  /**
   * How many worker threads decode, an integer of at least 0; 0 decodes in the caller's thread, with pauses. Defaults to the
   * number of cores, at most 4.
   */
  readonly workers?: number | undefined
  /** What the data is; goes into saved models. Defaults to the folder's own name, or `images`. */
  readonly name?: string | undefined
}

/** Checks of {@link PictureOptions}. */
export const pictureChecks = (): Readonly<Record<keyof PictureOptions, OptionCheck>> => ({
  shape: (value) =>
    Array.isArray(value) &&
    value.length === 3 &&
    Array.from(value).every((length) => positiveInteger(length) === undefined) &&
    (value[2] === 1 || value[2] === 3)
      ? undefined
      : '[height, width, 1] or [height, width, 3]',
  labels: (value) =>
    value === 'subfolders' || typeof value === 'function'
      ? undefined
      : "'subfolders' or a function that names the class",
  classNames: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    Array.from(value).every((name) => typeof name === 'string') &&
    new Set(value).size === value.length
      ? undefined
      : 'a list of different strings',
  fit: oneOf('contain', 'cover', 'stretch'),
  filter: oneOf('box', 'bilinear', 'bicubic', 'lanczos'),
  background: (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'a number from 0 to 1'),
  onBroken: oneOf('throw', 'skip'),
  cacheBytes: nonNegativeInteger,
  maximumPixels: positiveInteger,
  workers: nonNegativeInteger,
  name: nameOption,
  ...readingChecks(),
})

/** What the decoding threads are told. */
export function settingsOf(options: PictureOptions): ImageSettings {
  const { fit = 'contain', filter = 'bilinear', background = 0, maximumPixels = 2 ** 26 } = options
  const [height, width, channels] = options.shape as [number, number, number]
  return { height, width, channels, fit, filter, background: Math.round(255 * background), maximumPixels }
}
