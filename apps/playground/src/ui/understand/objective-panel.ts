// The objective: a formula whose parts light up, and what each of them is, with its value.
import { byId, h, math, say } from '../foundation/dom.ts'
import { figure } from '../foundation/numbers.ts'
import type { Session } from '../session.ts'
import { contributions, counted, mathOf, spokenFormula, writtenTerm } from './formula.ts'
import { meaningOf } from './terms.ts'

/** Sets up the section. */
export function startObjective({ store }: Session): void {
  const formula = h('div', { class: 'formula', tabIndex: 0, role: 'group', 'aria-label': 'Formula' })
  const spoken = h('p', { class: 'unseen' })
  const list = h('ul', { class: 'terms' })
  const hint = h('p', { class: 'quiet' }, 'Train, or take one step below, and the values appear.')
  byId('objective-tools').append(formula, spoken, list, hint)
  let shown = ''
  let rows: ReadonlyMap<string, ReturnType<typeof termRow>> = new Map()

  store.watch(['card', 'losses'], ({ card, losses }) => {
    if (card === undefined) return
    const now = JSON.stringify([card.settings.model, card.settings.options, card.objective])
    if (now !== shown) {
      shown = now
      rows = new Map(card.objective.map((term) => [term.term, termRow(term.term, term.weight)]))
      const parts = counted(card).map((term) => {
        const part = math('mrow', { class: 'part' }, ...weightOf(term.weight), mathOf(writtenTerm(card, term).piece))
        light(part, rows.get(term.term)?.element)
        return [term.term, part] as const
      })
      const written = parts.flatMap(([, part], index) => (index === 0 ? [part] : [math('mo', {}, '+'), part]))
      formula.replaceChildren(
        math('math', { display: 'block', 'aria-hidden': 'true' }, math('mi', {}, 'L'), math('mo', {}, '='), ...written),
      )
      say(spoken, spokenFormula(card))
      list.replaceChildren(...[...rows.values()].map(({ element }) => element))
    }
    hint.hidden = losses !== undefined
    for (const { term, weight, value, share } of contributions(card, losses)) {
      const row = rows.get(term)
      if (row === undefined) continue
      say(
        row.value,
        value === undefined
          ? ''
          : weight === 1 || weight === 0
            ? figure(value)
            : `${figure(weight)} × ${figure(value)}`,
      )
      row.bar.style.width = `${Math.round(100 * share)}%`
    }
  })
}

const weightOf = (weight: number) => (weight === 1 ? [] : [math('mn', {}, String(weight)), math('mo', {}, '⋅')])

function termRow(term: string, weight: number) {
  const { name, meaning } = meaningOf(term)
  const value = h('span', { class: 'figure' })
  const bar = h('span', { class: 'share' })
  const element = h(
    'li',
    { class: 'term', tabIndex: 0 },
    h(
      'div',
      { class: 'term-head' },
      h('strong', {}, name),
      weight === 0 && h('span', { class: 'quiet' }, 'watched only'),
      value,
    ),
    h('span', { class: 'track', 'aria-hidden': 'true' }, bar),
    h('p', { class: 'quiet' }, meaning),
  )
  return { element, value, bar }
}

/** A part of the formula and its row light up together. */
function light(part: Element, row: HTMLElement | undefined): void {
  const set = (isLit: boolean) => {
    part.classList.toggle('lit', isLit)
    row?.classList.toggle('lit', isLit)
  }
  for (const element of [part, row]) {
    element?.addEventListener('pointerenter', () => set(true))
    element?.addEventListener('pointerleave', () => set(false))
    element?.addEventListener('focus', () => set(true))
    element?.addEventListener('blur', () => set(false))
  }
}
