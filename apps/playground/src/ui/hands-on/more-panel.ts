// What only some models do: pictures of a class that one asks for, and codes of symbols.
import type { ModelName } from '../../engine/settings.ts'
import { byId, h, say } from '../foundation/dom.ts'
import { latest } from '../foundation/latest.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import { lookOf, pictureCanvas } from '../pictures/draw-pictures.ts'
import { nameOfLabel } from '../pictures/label-colours.ts'
import type { Session } from '../session.ts'
import { entryOf } from '../settings/fields.ts'
import { symbolsPanel } from './symbols-panel.ts'

/**
 * Sets up the section.
 *
 * @param openSettings shows the settings, in which the model that is missing has been chosen
 */
export function startMore(session: Session, openSettings: () => void): void {
  byId('more-tools').append(
    h('div', { class: 'bench' }, classPanel(session, openSettings), symbolsPanel(session, missing(session, openSettings, 'vq-vae', 'a VQ-VAE'))),
  )
}

/** What stands in place of a panel that the model at hand cannot fill: how to get one that can. */
function missing({ store }: Session, openSettings: () => void, model: ModelName, text: string): HTMLElement {
  const button = h('button', { type: 'button' }, `Set up ${text}`)
  button.addEventListener('click', () => {
    const { architecture, hidden, channels } = entryOf(model)
    const { settings } = store.get()
    store.set({ settings: { ...settings, model, options: {}, architecture, hidden: architecture === 'dense' ? hidden : channels } })
    openSettings()
  })
  return h('div', { class: 'empty' }, h('p', {}, `This takes ${text}.`), button)
}

function classPanel(session: Session, openSettings: () => void): HTMLElement {
  const { store } = session
  const canvas = pictureCanvas('Pictures of the chosen class', 6, 3)
  const instead = missing(session, openSettings, 'conditional-vae', 'a conditional VAE')
  const choices = h('div', { class: 'legend', role: 'group', 'aria-label': 'Class' })
  const content = h('div', {}, choices, canvas.element)
  let label = 3
  const refresh = latest(async () => {
    const { card } = store.get()
    if (!card?.can.label) return
    const pictures = await session.ask('The class was not drawn', (engine) => engine.sample(18, 1, label))
    canvas.show(pictures, lookOf(card.settings.dataset))
  })
  const buttons = Array.from({ length: 10 }, (_, each) =>
    h('button', { type: 'button', class: 'chip', 'aria-pressed': String(each === label) }, String(each)),
  )
  for (const [each, button] of buttons.entries())
    button.addEventListener('click', () => {
      label = each
      for (const [index, other] of buttons.entries()) other.setAttribute('aria-pressed', String(index === label))
      refresh()
    })
  choices.append(...buttons)
  const element = h(
    'section',
    { class: 'tool wide', 'aria-labelledby': 'class-title' },
    h('h3', { id: 'class-title' }, 'Ask for a class'),
    content,
    instead,
  )
  store.watch(['card'], ({ card }) => {
    content.hidden = !card?.can.label
    instead.hidden = card?.can.label ?? false
    const classes = Number(card?.settings.options.classes ?? 10)
    for (const [each, button] of buttons.entries()) {
      say(button, nameOfLabel(card?.settings.dataset ?? 'mnist', each))
      button.hidden = each >= classes
    }
  })
  store.watch(['revision', 'card'], whenVisible(element, () => refresh()))
  return element
}
