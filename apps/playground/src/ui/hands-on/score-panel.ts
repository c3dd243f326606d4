// How unusual the drawing is: its score among those of the data.
import { h, say, svg } from '../foundation/dom.ts'
import { latest } from '../foundation/latest.ts'
import { figure } from '../foundation/numbers.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import type { Session } from '../session.ts'
import { histogramOf, shareBelow, verdict } from './histogram.ts'

const [width, height, bins] = [360, 120, 40]

/** Makes the panel. */
export function scorePanel(session: Session): HTMLElement {
  const { store } = session
  const bars = svg('g', { class: 'bars' })
  const mark = svg('line', { class: 'mark', y1: 0, y2: height })
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', class: 'histogram', preserveAspectRatio: 'none' },
    bars,
    mark,
  )
  const [low, high] = [h('span'), h('span')]
  const text = h('p')
  const plot = h('div', { hidden: true }, picture, h('div', { class: 'ends figure' }, low, high))
  const empty = h('p', { class: 'empty' }, 'Draw something, and see where it stands among the data.')
  const element = h(
    'section',
    { class: 'tool wide', 'aria-labelledby': 'score-title' },
    h('h3', { id: 'score-title' }, 'How unusual it is'),
    plot,
    text,
    empty,
  )
  const refresh = latest(async () => {
    const { drawing } = store.get()
    const found =
      drawing && (await session.ask('Your drawing was not scored', (engine) => engine.score(drawing, session.label())))
    plot.hidden = found === undefined
    empty.hidden = found !== undefined
    if (found === undefined) return say(text, '')
    const { kind, unit, typical, values } = found
    const score = values[0] ?? 0
    const histogram = histogramOf(typical, score, bins)
    const tallest = Math.max(1, ...histogram.counts)
    bars.replaceChildren(
      ...histogram.counts.map((each, bin) => {
        const tall = (each / tallest) * height
        return svg('rect', { x: (bin * width) / bins, y: height - tall, width: width / bins - 1, height: tall })
      }),
    )
    const x = ((score - histogram.low) / (histogram.high - histogram.low)) * width
    mark.setAttribute('x1', String(x))
    mark.setAttribute('x2', String(x))
    say(low, figure(histogram.low))
    say(high, figure(histogram.high))
    const share = shareBelow(typical, score)
    const sentence = `Its ${kind} is ${figure(score)} ${unit === 'nats' ? 'nats' : '(squared error)'}, higher than that of ${Math.round(100 * share)}% of the examples: ${verdict(share)}.`
    say(text, sentence)
    picture.setAttribute(
      'aria-label',
      `Scores of the data from ${figure(histogram.low)} to ${figure(histogram.high)}. ${sentence}`,
    )
  })
  store.watch(
    ['drawing', 'revision', 'label'],
    whenVisible(element, () => refresh()),
  )
  return element
}
