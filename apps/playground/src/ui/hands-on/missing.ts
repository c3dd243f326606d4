// What stands in place of a panel that the model at hand cannot fill.
import type { ModelName } from '../../engine/settings.ts'
import { h } from '../foundation/dom.ts'
import type { Session } from '../session.ts'
import { entryOf } from '../settings/fields.ts'

/**
 * Says which model a panel takes, and sets one up on request.
 *
 * @param openSettings shows the settings, in which that model has been chosen
 * @param model the one that can
 * @param text its name with an article
 */
export function missing({ store }: Session, openSettings: () => void, model: ModelName, text: string): HTMLElement {
  const button = h('button', { type: 'button' }, `Set up ${text}`)
  button.addEventListener('click', () => {
    const { architecture, hidden, channels } = entryOf(model)
    const { settings } = store.get()
    store.set({
      settings: { ...settings, model, options: {}, architecture, hidden: architecture === 'dense' ? hidden : channels },
    })
    openSettings()
  })
  return h('div', { class: 'empty' }, h('p', {}, `This takes ${text}.`), button)
}
