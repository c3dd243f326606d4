// Beside the map: the digit at the point, what the network draws on its own, and how it redraws examples.

import type { Pictures } from '../engine/engine.ts'
import { byId, h, say } from './foundation/dom.ts'
import { latest } from './foundation/latest.ts'
import { figure } from './foundation/numbers.ts'
import { whenVisible } from './foundation/when-visible.ts'
import { joined, lookOf, pictureAt, pictureCanvas } from './pictures/draw-pictures.ts'
import type { Session } from './session.ts'

/** Pictures side by side. */
const perRow = 6

/** Sets up the column beside the map. */
export function startResults(session: Session): void {
  byId('results').append(herePanel(session), samplesPanel(session), reconstructionsPanel(session))
}

function herePanel(session: Session): HTMLElement {
  const { store } = session
  const here = pictureCanvas('What the decoder draws at the point', 1)
  here.element.classList.add('large')
  const sliders = [0, 1].map((axis) => {
    const slider = h('input', {
      type: 'range',
      id: `here-${axis}`,
      step: 'any',
      disabled: true,
      on: {
        input() {
          const [x, y] = store.get().point
          store.set({ point: axis === 0 ? [Number(slider.value), y] : [x, Number(slider.value)] })
        },
      },
    })
    return {
      slider,
      label: h('label', { for: `here-${axis}` }),
      text: h('output', { for: `here-${axis}`, class: 'figure' }),
    }
  })
  store.watch(['snapshots', 'shown', 'point'], ({ snapshots, shown, point }) => {
    const plane = snapshots[shown ?? snapshots.length - 1]?.plane
    for (const [axis, { slider, label, text }] of sliders.entries()) {
      say(label, plane?.axes === 'principal components' ? `Component ${axis + 1}` : `Latent ${axis + 1}`)
      slider.disabled = plane === undefined
      if (plane === undefined) continue
      slider.min = String(plane.extent[2 * axis])
      slider.max = String(plane.extent[2 * axis + 1])
      slider.value = String(point[axis])
      say(text, figure(point[axis] ?? 0))
    }
  })
  const decode = latest(async () => {
    const { point, snapshots, card } = store.get()
    if (snapshots.length === 0) return
    const picture = await session.ask('The point was not decoded', (engine) =>
      engine.decodePlane(new Float32Array(point), session.label()),
    )
    if (picture) here.show(picture, lookOf(card?.settings.dataset ?? 'mnist'))
  })
  store.watch(['point', 'revision', 'snapshots'], () => decode())
  return h(
    'section',
    { class: 'here', 'aria-labelledby': 'here-title' },
    h('h2', { id: 'here-title' }, 'At the point'),
    here.element,
    h(
      'div',
      { class: 'sliders' },
      sliders.map(({ slider, label, text }) => h('div', { class: 'slider' }, label, slider, text)),
    ),
  )
}

function samplesPanel(session: Session): HTMLElement {
  const { store } = session
  const canvas = pictureCanvas('Samples that the network has drawn', perRow, 3)
  const empty = h('p', { class: 'empty', hidden: true }, 'This model has no distribution to draw from.')
  let seed = 1
  const again = h('button', { type: 'button', class: 'plain' }, 'Draw others')
  again.addEventListener('click', async () => {
    seed++
    const samples = await session.ask('No samples were drawn', (engine) => engine.sample(12, seed))
    if (samples) store.set({ samples })
  })
  store.watch(['samples', 'card'], ({ samples, card }) => {
    canvas.show(samples, lookOf(card?.settings.dataset ?? 'mnist'))
    canvas.element.hidden = card !== undefined && !card.can.sample
    empty.hidden = card === undefined || card.can.sample
    again.hidden = card === undefined || !card.can.sample
  })
  return h(
    'section',
    { 'aria-labelledby': 'samples-title' },
    h('div', { class: 'title-row' }, h('h2', { id: 'samples-title' }, 'Samples'), again),
    canvas.element,
    empty,
  )
}

function reconstructionsPanel({ store }: Session): HTMLElement {
  const canvas = pictureCanvas('Examples of the data, each above its reconstruction', perRow, 3)
  const redraw = whenVisible(canvas.element, () => {
    const { inputs, reconstructions, card } = store.get()
    const fits = inputs !== undefined && reconstructions?.count === inputs.count
    canvas.show(fits ? inRows(inputs, reconstructions) : inputs, lookOf(card?.settings.dataset ?? 'mnist'))
  })
  store.watch(['inputs', 'reconstructions', 'card'], redraw)
  return h(
    'section',
    { 'aria-labelledby': 'reconstructions-title' },
    h('h2', { id: 'reconstructions-title' }, 'Examples, redrawn below'),
    canvas.element,
  )
}

/** A row of examples, the row of their reconstructions, and so on. What is missing in the last rows stays empty. */
export function inRows(inputs: Pictures, reconstructions: Pictures): Pictures | undefined {
  const rows = Array.from({ length: Math.ceil(inputs.count / perRow) }, (_, row) => row * perRow)
  return joined(
    rows.flatMap((first) =>
      [inputs, reconstructions].flatMap((pictures) =>
        Array.from({ length: perRow }, (_, index) =>
          first + index < inputs.count ? pictureAt(pictures, first + index) : emptyLike(pictures),
        ),
      ),
    ),
  )
}

const emptyLike = ({ height, width, channels }: Pictures): Pictures => ({
  values: new Float32Array(height * width * channels).fill(Number.NaN),
  count: 1,
  height,
  width,
  channels,
})
