// The code of the drawing: each latent a slider, and what the decoder draws of the changed code.
import type { Codes } from '../../engine/engine.ts'
import { h, say } from '../foundation/dom.ts'
import { latest } from '../foundation/latest.ts'
import { figure } from '../foundation/numbers.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import { lookOf, pictureCanvas } from '../pictures/draw-pictures.ts'
import type { Session } from '../session.ts'
import { latentsInView, rangeOfLatent } from './latents.ts'

/** Makes the panel. */
export function codePanel(session: Session): HTMLElement {
  const { store } = session
  const picture = pictureCanvas('What the decoder draws of the code as the sliders have it', 1)
  picture.element.classList.add('large')
  const sliders = h('div', { class: 'sliders latents' })
  const more = h('p', { class: 'quiet' })
  const reset = h('button', { type: 'button', class: 'plain' }, 'Back to the drawing')
  let code: Codes | undefined
  let values: Float32Array | undefined

  const decode = latest(async () => {
    const { card } = store.get()
    const now = values && code && { ...code, values }
    const decoded =
      now && (await session.ask('The code was not decoded', (engine) => engine.decode(now, session.label())))
    picture.show(decoded, lookOf(card?.settings.dataset ?? 'mnist'))
  })
  const encode = latest(async () => {
    const { drawing, card } = store.get()
    if (card?.can.discrete) return
    const found =
      drawing &&
      (await session.ask('Your drawing was not encoded', (engine) => engine.encode(drawing, session.label())))
    code = found?.mean
    values = code?.values.slice()
    show(found?.logVariance)
    decode()
  })
  const show = (logVariance: Codes | undefined) => {
    const means = values ?? new Float32Array()
    const inView = latentsInView(means, logVariance?.values)
    say(
      more,
      inView.length < means.length
        ? `The ${inView.length} of ${means.length} numbers that tell most of this drawing.`
        : '',
    )
    // Sliders that are there already keep the focus.
    if (sliders.children.length !== inView.length) sliders.replaceChildren(...inView.map((_, row) => sliderRow(row)))
    for (const [row, latent] of inView.entries()) {
      const value = means[latent] ?? 0
      const deviation = logVariance && Math.exp((logVariance.values[latent] ?? 0) / 2)
      fill(row, latent, value, deviation)
    }
  }
  const fill = (row: number, latent: number, value: number, deviation: number | undefined) => {
    const element = sliders.children[row]
    const [label, slider, text] = element?.children ?? []
    if (!(label && slider instanceof HTMLInputElement && text)) return
    const [low, high] = rangeOfLatent(value)
    slider.dataset.latent = String(latent)
    slider.min = String(low)
    slider.max = String(high)
    slider.value = String(value)
    say(label, `${deviation === undefined ? 'Unit' : 'Latent'} ${latent + 1}`)
    say(text, deviation === undefined ? figure(value) : `${figure(value)} ± ${figure(deviation)}`)
  }
  const sliderRow = (row: number) => {
    const id = `latent-${row}`
    const text = h('output', { for: id, class: 'figure' })
    const slider = h('input', { type: 'range', id, step: 'any' })
    slider.addEventListener('input', () => {
      if (values) values[Number(slider.dataset.latent)] = Number(slider.value)
      say(text, figure(Number(slider.value)))
      decode()
    })
    return h('div', { class: 'slider' }, h('label', { for: id }), slider, text)
  }
  reset.addEventListener('click', () => encode())
  const element = h(
    'section',
    { class: 'tool code', 'aria-labelledby': 'code-title' },
    h('h3', { id: 'code-title' }, 'Its code, by hand'),
    h('div', { class: 'code-row' }, picture.element, h('div', {}, sliders, more, reset)),
  )
  store.watch(['card'], ({ card }) => {
    element.hidden = card?.can.discrete ?? false
  })
  store.watch(
    ['drawing', 'revision', 'label'],
    whenVisible(element, () => encode()),
  )
  return element
}
