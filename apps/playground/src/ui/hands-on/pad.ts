// A square to draw on: with mouse, pen or finger; or with arrow keys, while Space holds the pen down.

import type { Pictures } from '../../engine/engine.ts'
import { announce } from '../foundation/announce.ts'
import { h } from '../foundation/dom.ts'
import { onThemeChange } from '../foundation/theme.ts'
import { contextOf } from '../pictures/canvas-context.ts'
import { drawGrid, lookOf } from '../pictures/draw-pictures.ts'
import type { PictureShape } from '../state.ts'
import { fitDrawing, isEmpty } from './fit-drawing.ts'

/** Pixels of the drawing, from side to side. */
const side = 280

/** Of the pen: MNIST's strokes are about a ninth of a digit's height. */
const penWidth = 22

/** A pad. */
export interface Pad {
  readonly element: HTMLElement
  clear(): void
  /** Shows a picture in place of the drawing. */
  show(picture: Pictures, dataset: string): void
}

/** What a pad needs to know. */
export interface PadOptions {
  readonly label: string
  /** The shape of the data, and the name of the data set. */
  setting(): { readonly shape: PictureShape; readonly dataset: string } | undefined
  /** Is told the picture after each stroke; undefined when the pad was cleared. */
  onChange(picture: Pictures | undefined): void
}

/** Makes a pad. */
export function drawingPad({ label, setting, onChange }: PadOptions): Pad {
  const canvas = h('canvas', {
    class: 'pad',
    width: side,
    height: side,
    tabIndex: 0,
    role: 'application',
    'aria-roledescription': 'drawing pad',
    'aria-label': `${label}. Draw with the pointer; or move with the arrow keys and press Space to lower or lift the pen, Delete to clear.`,
  })
  // The strokes are kept apart from what is shown, in black, so that a change of theme can colour them anew.
  const strokes = Object.assign(document.createElement('canvas'), { width: side, height: side })
  const pen = contextOf(strokes)
  let [x, y] = [side / 2, side / 2]
  let isKeyDown = false
  let shown: readonly [Pictures, string] | undefined

  const redraw = () => {
    if (shown) return drawGrid(canvas, shown[0], lookOf(shown[1]), 1, 0)
    canvas.width = canvas.height = side
    const context = contextOf(canvas)
    if (context === null) return
    context.drawImage(strokes, 0, 0)
    context.globalCompositeOperation = 'source-in'
    context.fillStyle = getComputedStyle(canvas).color
    context.fillRect(0, 0, side, side)
    context.globalCompositeOperation = 'source-over'
    if (document.activeElement !== canvas || !usesKeys) return
    context.strokeStyle = getComputedStyle(canvas).caretColor
    context.lineWidth = isKeyDown ? 5 : 2
    context.strokeRect(x - penWidth / 2, y - penWidth / 2, penWidth, penWidth)
  }
  let usesKeys = false
  const lineTo = (toX: number, toY: number, draws: boolean) => {
    if (draws && pen) {
      shown = undefined
      pen.lineWidth = penWidth
      pen.lineCap = 'round'
      pen.beginPath()
      pen.moveTo(x, y)
      pen.lineTo(toX, toY + 0.01) // a line without length has no round ends in some browsers
      pen.stroke()
    }
    ;[x, y] = [toX, toY]
    redraw()
  }
  const tell = () => {
    const now = setting()
    const pixels = pen?.getImageData(0, 0, side, side).data
    if (now === undefined || pixels === undefined) return
    const ink = Float32Array.from({ length: side * side }, (_, at) => (pixels[4 * at + 3] ?? 0) / 255)
    onChange(isEmpty(ink) ? undefined : fitDrawing(ink, side, now.shape, now.dataset === 'mnist'))
  }
  const clear = () => {
    pen?.clearRect(0, 0, side, side)
    shown = undefined
    redraw()
    onChange(undefined)
  }

  const at = (event: PointerEvent) => {
    const { left, top, width, height } = canvas.getBoundingClientRect()
    return [((event.clientX - left) / width) * side, ((event.clientY - top) / height) * side] as const
  }
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return
    usesKeys = false
    if (shown) clear()
    canvas.setPointerCapture(event.pointerId)
    ;[x, y] = at(event)
    lineTo(x, y, true)
  })
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return
    for (const each of event.getCoalescedEvents?.() ?? [event]) lineTo(...at(each), true)
    tell()
  })
  canvas.addEventListener('pointerup', tell)
  canvas.addEventListener('keydown', (event) => {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (direction === undefined && ![' ', 'Delete', 'Backspace'].includes(event.key)) return
    event.preventDefault()
    usesKeys = true
    if (direction) {
      const step = event.shiftKey ? 40 : 10
      const move = (from: number, by: number | undefined) => Math.min(side, Math.max(0, from + step * (by ?? 0)))
      lineTo(move(x, direction[0]), move(y, direction[1]), isKeyDown)
      if (isKeyDown) tell()
    } else if (event.key === ' ') {
      isKeyDown = !isKeyDown
      lineTo(x, y, isKeyDown)
      announce(isKeyDown ? 'The pen is down' : 'The pen is up')
      if (isKeyDown) tell()
    } else clear()
  })
  canvas.addEventListener('blur', () => {
    isKeyDown = false
    redraw()
  })
  canvas.addEventListener('focus', redraw)
  onThemeChange(redraw)
  return {
    element: canvas,
    clear,
    show(picture, dataset) {
      pen?.clearRect(0, 0, side, side)
      shown = [picture, dataset]
      redraw()
    },
  }
}
