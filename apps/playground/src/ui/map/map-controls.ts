// Around the map: what it shows, which moment of training, and what the colours mean.
import { h, say } from '../foundation/dom.ts'
import { colourOfLabel, nameOfLabel } from '../pictures/label-colours.ts'
import type { Session } from '../session.ts'

/** Switches for the layers of the map. */
export function toggles(options: { showsTiles: boolean; showsPoints: boolean }, draw: () => void): HTMLElement {
  const toggle = (text: string, name: 'showsTiles' | 'showsPoints') => {
    const input = h('input', {
      type: 'checkbox',
      checked: true,
      on: {
        change() {
          options[name] = input.checked
          draw()
        },
      },
    })
    return h('label', { class: 'check' }, input, text)
  }
  return h('div', { class: 'toggles' }, toggle('Decoded', 'showsTiles'), toggle('Data', 'showsPoints'))
}

/** A slider through the moments of training that the map remembers. */
export function epochSlider({ store }: Session): HTMLElement {
  const text = h('output', { for: 'map-epoch', class: 'figure' })
  const slider = h('input', {
    type: 'range',
    id: 'map-epoch',
    min: 0,
    max: 0,
    step: 1,
    on: {
      input() {
        const shown = Number(slider.value)
        store.set({ shown: shown === store.get().snapshots.length - 1 ? undefined : shown })
      },
    },
  })
  const row = h('div', { class: 'epochs' }, h('label', { for: 'map-epoch' }, 'Epoch'), slider, text)
  store.watch(['snapshots', 'shown'], ({ snapshots, shown }) => {
    const newest = snapshots.length - 1
    slider.max = String(Math.max(0, newest))
    slider.value = String(shown ?? newest)
    row.hidden = newest < 1
    const epoch = snapshots[shown ?? newest]?.plane.epoch ?? 0
    say(text, shown === undefined ? `${epoch}, now` : String(epoch))
    slider.setAttribute('aria-valuetext', `epoch ${epoch}${shown === undefined ? ', the newest' : ''}`)
  })
  return row
}

/** The colours of labels; each is a button that makes its dots stand out. */
export function legend({ store }: Session, choose: (label: number | undefined) => void): HTMLElement {
  const list = h('div', { class: 'legend', role: 'group', 'aria-label': 'Make one class stand out' })
  let shown = ''
  let chosen: number | undefined
  store.watch(['snapshots'], ({ snapshots, card }) => {
    const labels = [...new Set(snapshots.at(-1)?.plane.labels ?? [])].sort((a, b) => a - b)
    const dataset = card?.settings.dataset ?? 'mnist'
    const key = `${dataset} ${labels}`
    if (key === shown) return
    shown = key
    chosen = undefined
    choose(undefined)
    const buttons = labels.map((label) => {
      const dot = h('span', { class: 'swatch' })
      dot.style.backgroundColor = colourOfLabel(label)
      const button = h(
        'button',
        { type: 'button', class: 'chip', 'aria-pressed': 'false' },
        dot,
        nameOfLabel(dataset, label),
      )
      button.addEventListener('click', () => {
        chosen = chosen === label ? undefined : label
        for (const [index, other] of buttons.entries())
          other.setAttribute('aria-pressed', String(labels[index] === chosen))
        choose(chosen)
      })
      return button
    })
    list.replaceChildren(...buttons)
    list.hidden = labels.length === 0
  })
  return list
}
