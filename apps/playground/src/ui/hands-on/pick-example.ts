// The pad with what belongs to it: a button for an example of the data, and one that clears.
import type { Pictures } from '../../engine/engine.ts'
import { h } from '../foundation/dom.ts'
import { pictureAt } from '../pictures/draw-pictures.ts'
import type { Session } from '../session.ts'
import { drawingPad } from './pad.ts'

/** Calls `begin` once for each model that is opened or made, when its data is there. */
export function onNewModel({ store }: Session, begin: () => void): void {
  let from: unknown
  store.watch(['inputs', 'card'], ({ inputs, card }) => {
    const [height, width, channels] = card?.shape ?? []
    const now = inputs && `${card?.settings.dataset} ${height} ${width} ${channels}`
    if (now !== undefined && now !== from) begin()
    from = now
  })
}

/**
 * Makes a pad with its buttons.
 *
 * @param title above the pad
 * @param onChange is told the picture; undefined when there is none
 * @param first the index of the first example that the button takes
 */
export function padWithExamples(
  session: Session,
  title: string,
  onChange: (picture: Pictures | undefined) => void,
  first: number,
): { readonly element: HTMLElement; clear(): void; pick(): Promise<void> } {
  const { store } = session
  let next = first
  const pad = drawingPad({
    label: title,
    setting() {
      const { card } = store.get()
      return card && { shape: card.shape, dataset: card.settings.dataset }
    },
    onChange,
  })
  const pick = async () => {
    const dataset = store.get().card?.settings.dataset ?? 'mnist'
    const found = await session.ask('No example was read', (engine) => engine.examples(1, next))
    if (found === undefined) return
    next += 7
    const picture = pictureAt(found.pictures, 0)
    pad.show(picture, dataset)
    onChange(picture)
  }
  const example = h('button', { type: 'button', class: 'plain', on: { click: () => void pick() } }, 'Use an example')
  const clear = h('button', { type: 'button', class: 'plain', on: { click: () => pad.clear() } }, 'Clear')
  const element = h(
    'figure',
    { class: 'tool' },
    h('figcaption', {}, title),
    pad.element,
    h('div', { class: 'row-of-buttons' }, example, clear),
  )
  return { element, clear: pad.clear, pick }
}
