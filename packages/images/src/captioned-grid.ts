// A batch of images side by side, with captions, row labels, column labels and a title.
import { OptionError } from '@ae/core'
import { assertOptions, positiveInteger } from '@ae/core/internal'
import { cast, pad, type Tensor, type Tensor3D, type Tensor4D, tensor3d, tidy, where } from '@tensorflow/tfjs-core'
import { drawText, letterHeight, lineHeight, textOption, textsOption, textWidth } from './font.ts'
import { composeGrid, enlarge, type GridOptions, gridChecks } from './grid.ts'
import { asImageBatch } from './image-shape.ts'

/** How the images of a grid are laid out, and the texts around them, all in printable ASCII. */
export interface CaptionedGridOptions extends GridOptions {
  /** One text per image, centred below it; `''` for none. */
  readonly captions?: readonly string[] | undefined
  /** One text per row, to its left. Their number sets the number of columns unless `columnLabels` or `columns` is given. */
  readonly rowLabels?: readonly string[] | undefined
  /** One text per column, above it. Their number is the number of columns unless `columns` is given too. */
  readonly columnLabels?: readonly string[] | undefined
  /** A text above the grid. */
  readonly title?: string | undefined
  /** Pixels of the grid per dot of a letter, in each direction. Defaults to half of `scale`, rounded up. */
  readonly textScale?: number | undefined
  /** The value of the letters. Defaults to 1 on a `background` below 0.5, else to 0; give both if your range is not 0 to 1. */
  readonly ink?: number | undefined
}

/** A text and the pixel of its upper left corner. */
type PlacedText = readonly [text: string, x: number, y: number]

/** Pixels before and after, along one axis. */
type Pad = [before: number, after: number]

/**
 * Lays a batch of images out in rows, as `grid` does, and writes texts around them in letters of 5 x 7 dots.
 * Images narrower than their texts get wider cells, so that no text is cut off.
 *
 * @param images `[count, height, width]` or `[count, height, width, channels]` with 1 or 3 channels, borrowed
 * @param options the layout and the texts
 * @returns one image `[height, width, channels]`, float32, owned by the caller
 * @throws {ShapeError} when `images` has another shape or holds no image
 * @throws {OptionError} when an option is unknown or out of its range, or the number of texts does not match the grid
 * @example
 * ```ts
 * // A traversal of two latents, a row each, over five values; `images` is [2 * 5, 28, 28, 1].
 * const picture = captionedGrid(images, { rowLabels: ['z0', 'z1'], columnLabels: ['-2', '-1', '0', '1', '2'] })
 * ```
 */
export function captionedGrid(images: Tensor, options: CaptionedGridOptions = {}): Tensor3D {
  assertOptions('captionedGrid', options, {
    ...gridChecks,
    captions: textsOption,
    rowLabels: textsOption,
    columnLabels: textsOption,
    title: textOption,
    textScale: positiveInteger,
    ink: (value) => (Number.isFinite(value) ? undefined : 'a finite number'),
  })
  const { padding = 2, background = 0, scale = 1, textScale = Math.ceil(scale / 2) } = options
  const { ink = background < 0.5 ? 1 : 0 } = options
  return tidy(() => {
    const tiles = enlarge(cast(asImageBatch('captionedGrid', 'images', images), 'float32'), scale)
    const { columns, inPlace, around, texts } = layOut(tiles.shape, padding, textScale, options)
    const places = pad(tiles, [[0, 0], ...inPlace, [0, 0]], background)
    const picture = pad(composeGrid(places, columns, { padding, background }), [...around, [0, 0]], background)
    return where(letters(texts, textScale, picture.shape), ink, picture)
  })
}

/**
 * Where everything goes.
 *
 * @returns `inPlace`: what each image gets above and below it, and beside it; `around`: what the grid of these places gets
 */
function layOut(
  [count, height, width]: Tensor4D['shape'],
  padding: number,
  textScale: number,
  options: CaptionedGridOptions,
): { columns: number; inPlace: [Pad, Pad]; around: [Pad, Pad]; texts: readonly PlacedText[] } {
  const columns = countColumns(count, options)
  const { captions = [], rowLabels = [], columnLabels = [], title = '' } = options
  const gap = 3 * textScale
  const line = lineHeight * textScale + gap
  const margin = Math.max(padding, gap)
  const widthOf = (text: string) => textWidth(text) * textScale
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(widthOf))

  // A place has room for the caption below its image and for the widest text of a column.
  const below = captions.length > 0 ? gap + line : 0
  const placeWidth = Math.max(width, widest([...captions, ...columnLabels]) + gap - padding)
  const beside = Math.floor((placeWidth - width) / 2)

  const titleHeight = title === '' ? 0 : line
  const above = titleHeight + (columnLabels.length > 0 ? line : 0)
  const top = above > 0 ? margin + above - padding : 0
  const left = rowLabels.length > 0 ? margin + widest(rowLabels) + gap - padding : 0
  const gridWidth = columns * (placeWidth + padding) + padding
  const right = Math.max(0, margin + widthOf(title) + margin - left - gridWidth)

  const centred = (text: string, column: number) =>
    left + padding + column * (placeWidth + padding) + Math.floor((placeWidth - widthOf(text)) / 2)
  const rowTop = (row: number) => top + padding + row * (height + below + padding)
  const middle = Math.floor((height - letterHeight * textScale) / 2)
  const texts: readonly PlacedText[] = [
    [title, margin, margin],
    ...columnLabels.map((text, column): PlacedText => [text, centred(text, column), margin + titleHeight]),
    ...rowLabels.map((text, row): PlacedText => [text, left + padding - gap - widthOf(text), rowTop(row) + middle]),
    ...captions.map((text, index): PlacedText => {
      return [text, centred(text, index % columns), rowTop(Math.floor(index / columns)) + height + gap]
    }),
  ]
  const inPlace: [Pad, Pad] = [
    [0, below],
    [beside, placeWidth - width - beside],
  ]
  return {
    columns,
    inPlace,
    around: [
      [top, 0],
      [left, right],
    ],
    texts,
  }
}

/** The number of columns, once the texts are known to be as many as the places. */
function countColumns(count: number, { columns, captions, rowLabels, columnLabels }: CaptionedGridOptions): number {
  const rowsGiven = rowLabels === undefined ? undefined : Math.ceil(count / rowLabels.length)
  const places = columns ?? columnLabels?.length ?? rowsGiven ?? Math.ceil(Math.sqrt(count))
  assertAsMany('captions', captions, count, 'images')
  assertAsMany('rowLabels', rowLabels, Math.ceil(count / places), 'rows')
  assertAsMany('columnLabels', columnLabels, places, 'columns')
  return places
}

function assertAsMany(option: string, texts: readonly string[] | undefined, count: number, places: string): void {
  if (texts === undefined || texts.length === count) return
  throw new OptionError(`\`captionedGrid\` received too ${texts.length < count ? 'few' : 'many'} \`${option}\`.`, {
    facts: { Expected: `${count}, as many as ${places}`, Received: String(texts.length) },
    fix: "pass one text each; '' leaves a place without",
  })
}

/** True where a dot of a letter is, `[height, width, 1]`. */
function letters(texts: readonly PlacedText[], scale: number, [height, width]: Tensor3D['shape']): Tensor3D {
  const mask = new Uint8Array(height * width)
  for (const [text, left, top] of texts) {
    drawText(text, [left, top], scale, (x, y) => {
      if (y < height && x < width) mask[y * width + x] = 1
    })
  }
  return tensor3d(mask, [height, width, 1], 'bool')
}
