// The way from one picture to another, in a straight line between their codes.
import type { Pictures } from '../../engine/engine.ts'
import { byId, h } from '../foundation/dom.ts'
import { latest } from '../foundation/latest.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import { joined, lookOf, pictureAt, pictureCanvas } from '../pictures/draw-pictures.ts'
import type { Session } from '../session.ts'
import { onNewModel, padWithExamples } from './pick-example.ts'

/** Pictures on the way, the two ends among them. */
const steps = 25

/** Of which every third is in the strip. */
const stripStep = 3

/** Sets up the section. */
export function startBetween(session: Session): void {
  const { store } = session
  const tools = byId('between-tools')
  const ends: (Pictures | undefined)[] = [undefined, undefined]
  let way: Pictures | undefined
  const here = pictureCanvas('The picture at this place of the way', 1)
  here.element.classList.add('large')
  const strip = pictureCanvas('Nine pictures of the way', 9, 3)
  const slider = h('input', {
    type: 'range',
    id: 'way',
    min: 0,
    max: steps - 1,
    step: 1,
    value: String((steps - 1) / 2),
  })
  const show = () => {
    const look = lookOf(store.get().card?.settings.dataset ?? 'mnist')
    const pictures = way
    here.show(pictures && pictureAt(pictures, Number(slider.value)), look)
    slider.setAttribute('aria-valuetext', `${Math.round((100 * Number(slider.value)) / (steps - 1))}% of the way`)
    const inStrip = Array.from({ length: 9 }, (_, index) => index * stripStep)
    strip.show(pictures && joined(inStrip.map((index) => pictureAt(pictures, index))), look)
  }
  const walk = latest(async () => {
    const [from, to] = ends
    way =
      from &&
      to &&
      (await session.ask('The pictures on the way were not drawn', (engine) =>
        engine.interpolate(from, to, steps, session.label()),
      ))
    show()
  })
  const ask = whenVisible(tools, () => walk())
  const pads = ['From', 'To'].map((title, end) =>
    padWithExamples(
      session,
      title,
      (picture) => {
        ends[end] = picture
        ask()
      },
      end === 0 ? 1 : 5,
    ),
  )
  slider.addEventListener('input', show)
  tools.append(
    h(
      'div',
      { class: 'bench' },
      pads[0]?.element,
      h(
        'figure',
        { class: 'tool' },
        h('figcaption', {}, 'On the way'),
        here.element,
        h('div', { class: 'slider bare' }, h('label', { for: 'way', class: 'unseen' }, 'Place on the way'), slider),
      ),
      pads[1]?.element,
    ),
    strip.element,
  )
  onNewModel(session, () => {
    for (const pad of pads) void pad.pick()
  })
  store.watch(['revision', 'label'], ask)
}
