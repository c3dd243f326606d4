// What went wrong, and what helps; it stays until it is closed.
import { byId, h } from './foundation/dom.ts'
import type { Session } from './session.ts'

/** Sets up the bar. */
export function startFailures({ store }: Session): void {
  const region = byId('failure')
  store.watch(['failure'], ({ failure }) => {
    if (failure === undefined) return region.replaceChildren()
    const close = h(
      'button',
      { type: 'button', class: 'plain', on: { click: () => store.set({ failure: undefined }) } },
      'Close',
    )
    region.replaceChildren(
      h(
        'div',
        { class: 'failure' },
        h(
          'div',
          {},
          h('strong', {}, failure.title),
          h('p', { class: 'message' }, failure.message),
          failure.fix !== undefined && h('p', { class: 'fix' }, failure.fix),
        ),
        close,
      ),
    )
  })
}
