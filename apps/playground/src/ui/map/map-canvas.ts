// The picture of the latent plane: decoded tiles as ink, and the codes of examples as coloured dots over them.

import type { Plane } from '../../engine/engine.ts'
import { contextOf } from '../pictures/canvas-context.ts'
import { colourOf, fillPixels, type Look } from '../pictures/draw-pictures.ts'
import { colourOfLabel } from '../pictures/label-colours.ts'
import type { Tiles } from '../state.ts'
import { planeView } from './plane-view.ts'

/** What the map shows. */
export interface MapPicture {
  readonly plane: Plane | undefined
  readonly tiles: Tiles | undefined
  readonly look: Look
  readonly showsTiles: boolean
  readonly showsPoints: boolean
  /** The label whose dots stand out; undefined for all. */
  readonly label: number | undefined
}

/** Draws the map; the canvas has `size` CSS pixels from side to side. */
export function drawMap(canvas: HTMLCanvasElement, size: number, { plane, tiles, ...picture }: MapPicture): void {
  const scale = Math.min(3, globalThis.devicePixelRatio || 1)
  canvas.width = canvas.height = Math.round(size * scale)
  const context = contextOf(canvas)
  if (context === null) return
  context.scale(scale, scale)
  if (tiles && picture.showsTiles) {
    context.globalAlpha = picture.showsPoints ? 0.45 : 1
    context.imageSmoothingQuality = 'high'
    context.imageSmoothingEnabled = tiles.pictures.height > 1
    context.drawImage(tileSheet(tiles, picture.look, colourOf(canvas)), 0, 0, size, size)
    context.globalAlpha = 1
  }
  if (plane && picture.showsPoints)
    drawPoints(context, size, plane, picture.label, getComputedStyle(canvas).backgroundColor)
}

function tileSheet(
  { pictures, perSide }: Tiles,
  look: Look,
  ink: readonly [number, number, number],
): HTMLCanvasElement {
  const { width, height, count } = pictures
  const sheet = document.createElement('canvas')
  sheet.width = perSide * width
  sheet.height = perSide * height
  const context = contextOf(sheet)
  const image = context?.createImageData(width, height)
  if (context && image)
    for (let index = 0; index < count; index++) {
      fillPixels(image.data, pictures, index, look, ink)
      context.putImageData(image, (index % perSide) * width, Math.floor(index / perSide) * height)
    }
  return sheet
}

function drawPoints(
  context: CanvasRenderingContext2D,
  size: number,
  plane: Plane,
  chosen: number | undefined,
  paper: string,
): void {
  const { points, labels, extent } = plane
  const view = planeView(extent, size)
  const count = points.length / 2
  const radius = size < 420 ? 1.8 : 2.5
  // A rim of paper sets the dots off from the ink behind them.
  context.strokeStyle = paper
  context.lineWidth = 1
  for (let index = 0; index < count; index++) {
    const label = labels?.[index] ?? 0
    const [x, y] = view.toMap([points[2 * index] ?? 0, points[2 * index + 1] ?? 0])
    context.globalAlpha = chosen === undefined ? 0.85 : chosen === label ? 1 : 0.08
    context.fillStyle = colourOfLabel(label)
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.stroke()
    context.fill()
  }
  context.globalAlpha = 1
}
