// The losses of a run by term: one small plot each.
import { byId, h, say, svg } from '../foundation/dom.ts'
import { oncePerFrame } from '../foundation/latest.ts'
import { count, figure } from '../foundation/numbers.ts'
import type { Session } from '../session.ts'
import { meaningOf } from '../understand/terms.ts'
import { lossPlot } from './loss-plot.ts'

const [width, height] = [240, 56]

/** Sets up the plots below the claim. */
export function startLosses({ store }: Session): void {
  const list = h('div', { class: 'plots' })
  const empty = h('p', { class: 'empty' }, 'Train a network, and its losses are drawn here.')
  byId('losses').append(h('h2', {}, 'Losses'), empty, list)
  let plots = new Map<string, ReturnType<typeof plotOf>>()
  const draw = oncePerFrame(() => {
    const { history } = store.get()
    const terms = Object.keys(history.terms).sort((a, b) => Number(b === 'total') - Number(a === 'total'))
    empty.hidden = terms.length > 0
    if (terms.join() !== [...plots.keys()].join()) {
      plots = new Map(terms.map((term) => [term, plotOf(term)]))
      list.replaceChildren(...[...plots.values()].map(({ element }) => element))
    }
    for (const [term, plot] of plots) {
      const { path, range, end } = lossPlot(history, term, width, height)
      plot.line.setAttribute('d', path)
      plot.dot.setAttribute('cx', String(end?.[0] ?? 0))
      plot.dot.setAttribute('cy', String(end?.[1] ?? 0))
      const values = history.terms[term] ?? []
      say(plot.value, figure(values.at(-1) ?? Number.NaN))
      say(plot.top, figure(range[1]))
      say(plot.bottom, figure(range[0]))
      const from = figure(values[0] ?? Number.NaN)
      plot.picture.setAttribute(
        'aria-label',
        `${meaningOf(term).name}: from ${from} to ${figure(values.at(-1) ?? Number.NaN)} in ${count(history.steps.at(-1) ?? 0)} steps`,
      )
    }
  })
  store.watch(['history'], draw)
}

function plotOf(term: string) {
  const line = svg('path', { class: 'line' })
  const dot = svg('circle', { class: 'end', r: 3 })
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', preserveAspectRatio: 'none' },
    svg('line', { class: 'base', x1: 0, x2: width, y1: height, y2: height }),
    line,
    dot,
  )
  const [value, top, bottom] = [h('span', { class: 'value figure' }), h('span'), h('span')]
  const element = h(
    'figure',
    { class: term === 'total' ? 'plot total' : 'plot' },
    h('figcaption', {}, h('span', { class: 'name' }, meaningOf(term).name), value),
    h('div', { class: 'plot-box' }, picture, h('div', { class: 'range', 'aria-hidden': 'true' }, top, bottom)),
  )
  return { element, line, dot, picture, value, top, bottom }
}
