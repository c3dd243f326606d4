// What only some models do: pictures of a class that one asks for, and codes of symbols.
import { byId, h, say } from '../foundation/dom.ts'
import { latest } from '../foundation/latest.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import { lookOf, pictureCanvas } from '../pictures/draw-pictures.ts'
import { nameOfLabel } from '../pictures/label-colours.ts'
import type { Session } from '../session.ts'
import { missing } from './missing.ts'
import { symbolsPanel } from './symbols-panel.ts'

/**
 * Sets up the section.
 *
 * @param openSettings shows the settings, in which the model that is missing has been chosen
 */
export function startMore(session: Session, openSettings: () => void): void {
  byId('more-tools').append(
    h(
      'div',
      { class: 'bench' },
      classPanel(session, openSettings),
      symbolsPanel(session, missing(session, openSettings, 'vq-vae', 'a VQ-VAE')),
    ),
  )
}

function classPanel(session: Session, openSettings: () => void): HTMLElement {
  const { store } = session
  const canvas = pictureCanvas('Pictures of the chosen class', 6, 3)
  const instead = missing(session, openSettings, 'conditional-vae', 'a conditional VAE')
  const choices = h('div', { class: 'legend', role: 'group', 'aria-label': 'Class' })
  const note = h(
    'p',
    { class: 'quiet' },
    'The map, your drawing and the way between two pictures are of this class, too.',
  )
  const content = h('div', { class: 'tool' }, choices, canvas.element, note)
  const refresh = latest(async () => {
    const { card } = store.get()
    if (!card?.can.label) return
    const pictures = await session.ask('The class was not drawn', (engine) => engine.sample(18, 1, session.label()))
    canvas.show(pictures, lookOf(card.settings.dataset))
  })
  const buttons = Array.from({ length: 10 }, (_, each) =>
    h('button', { type: 'button', class: 'chip', on: { click: () => store.set({ label: each }) } }, String(each)),
  )
  choices.append(...buttons)
  const element = h(
    'section',
    { class: 'tool wide', 'aria-labelledby': 'class-title' },
    h('h3', { id: 'class-title' }, 'Ask for a class'),
    content,
    instead,
  )
  store.watch(['card', 'label', 'datasets'], ({ card, label, datasets }) => {
    content.hidden = !card?.can.label
    instead.hidden = card?.can.label ?? false
    const classes = datasets.find(({ name }) => name === card?.settings.dataset)?.classes ?? 10
    for (const [each, button] of buttons.entries()) {
      say(button, nameOfLabel(card?.settings.dataset ?? 'mnist', each))
      button.hidden = each >= classes
      button.setAttribute('aria-pressed', String(each === label))
    }
  })
  store.watch(
    ['revision', 'card', 'label'],
    whenVisible(element, () => refresh()),
  )
  return element
}
