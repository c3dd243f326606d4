// A drawing of one's own: what the network makes of it, its code as sliders, how unusual it is, and its noise taken away.
import type { Pictures } from '../../engine/engine.ts'
import { byId, h, say } from '../foundation/dom.ts'
import { latest } from '../foundation/latest.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import { lookOf, pictureCanvas } from '../pictures/draw-pictures.ts'
import type { Session } from '../session.ts'
import { codePanel } from './code-panel.ts'
import { missing } from './missing.ts'
import { onNewModel, padWithExamples } from './pick-example.ts'
import { scorePanel } from './score-panel.ts'

/** Sets up the section. */
export function startDraw(session: Session, openSettings: () => void): void {
  const { store } = session
  const pad = padWithExamples(session, 'Your drawing', (drawing) => store.set({ drawing }), 3)
  const reconstruction = pictureCanvas('What the network draws of your drawing', 1)
  reconstruction.element.classList.add('large')
  const tools = byId('draw-tools')
  const refresh = latest(async () => {
    const { drawing, card } = store.get()
    const picture =
      drawing &&
      (await session.ask('Your drawing was not reconstructed', (engine) =>
        engine.reconstruct(drawing, session.label()),
      ))
    reconstruction.show(picture, lookOf(card?.settings.dataset ?? 'mnist'))
  })
  tools.append(
    h(
      'div',
      { class: 'bench' },
      pad.element,
      h('figure', { class: 'tool result' }, h('figcaption', {}, 'What the network understood'), reconstruction.element),
      codePanel(session),
    ),
    h('div', { class: 'bench' }, scorePanel(session), denoisePanel(session, openSettings)),
  )
  store.watch(
    ['drawing', 'revision', 'label'],
    whenVisible(tools, () => refresh()),
  )
  // A new model may take pictures of another shape: it begins with an example.
  onNewModel(session, () => void pad.pick())
}

function denoisePanel(session: Session, openSettings: () => void): HTMLElement {
  const { store } = session
  const corrupted = pictureCanvas('Your drawing with noise', 1)
  const denoised = pictureCanvas('What the network draws of it', 1)
  const slider = h('input', { type: 'range', id: 'noise', min: 0, max: 1, step: 0.05, value: '0.4' })
  const text = h('output', { for: 'noise', class: 'figure' })
  const instead = missing(session, openSettings, 'denoising-autoencoder', 'a denoising autoencoder')
  const content = h(
    'div',
    { class: 'tool' },
    h('div', { class: 'pair' }, corrupted.element, denoised.element),
    h('div', { class: 'slider' }, h('label', { for: 'noise' }, 'Noise'), slider, text),
  )
  const element = h(
    'section',
    { class: 'tool wide', 'aria-labelledby': 'noise-title' },
    h('h3', { id: 'noise-title' }, 'Take noise away'),
    content,
    instead,
  )
  const refresh = latest(async () => {
    const { drawing, card } = store.get()
    say(text, Number(slider.value).toFixed(2))
    if (!card?.can.denoise) return
    const amount = Number(slider.value)
    const found = await askIf(drawing, (given) =>
      session.ask('No noise was taken away', (engine) => engine.denoise(given, amount, session.label())),
    )
    const look = lookOf(card.settings.dataset)
    corrupted.show(found && clipped(found.corrupted), look)
    denoised.show(found?.denoised, look)
  })
  slider.addEventListener('input', () => refresh())
  store.watch(['card'], ({ card }) => {
    content.hidden = !card?.can.denoise
    instead.hidden = card?.can.denoise ?? false
  })
  store.watch(
    ['drawing', 'revision'],
    whenVisible(element, () => refresh()),
  )
  return element
}

const askIf = async <result>(given: Pictures | undefined, ask: (given: Pictures) => Promise<result | undefined>) =>
  given && ask(given)

const clipped = (pictures: Pictures): Pictures => ({
  ...pictures,
  values: pictures.values.map((value) => Math.min(1, Math.max(0, value))),
})
