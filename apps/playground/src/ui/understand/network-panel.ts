// The network as a diagram that is also a list.
import { byId, h, say } from '../foundation/dom.ts'
import { count } from '../foundation/numbers.ts'
import type { Session } from '../session.ts'
import { networkColumns } from './network.ts'

/** Sets up the section. */
export function startNetwork({ store }: Session): void {
  const list = h('ol', { class: 'network', tabIndex: 0, 'aria-label': 'Layers of the network, in order' })
  byId('network-tools').append(list)
  store.watch(['card'], ({ card }) => {
    if (card === undefined) return
    say(
      byId('network-summary'),
      `From an example to the code and back: ${count(card.parameters)} weights that training moves.`,
    )
    list.replaceChildren(
      ...networkColumns(card).map(({ title, shape: out, detail, part, tall }) => {
        const bar = h('span', { class: 'column', 'aria-hidden': 'true' })
        bar.style.height = `${Math.round(100 * tall)}%`
        return h(
          'li',
          { class: `layer ${part}` },
          h('span', { class: 'column-box' }, bar),
          h('strong', {}, title),
          h('span', { class: 'figure' }, out),
          h('span', { class: 'quiet' }, detail),
        )
      }),
    )
  })
}
