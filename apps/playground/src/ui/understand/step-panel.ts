// One training step, explained: what each term was and how hard it pulled, how far each layer moved, and what came of it.
import type { StepReport } from '../../engine/engine.ts'
import { announce } from '../foundation/announce.ts'
import { byId, h, say } from '../foundation/dom.ts'
import { figure, plural } from '../foundation/numbers.ts'
import { lookOf, pictureCanvas } from '../pictures/draw-pictures.ts'
import type { Session } from '../session.ts'
import { meaningOf } from './terms.ts'

/** Sets up the section. */
export function startStep(session: Session): void {
  const { store } = session
  const button = h('button', { type: 'button' }, 'Take one step')
  const note = h('span', { class: 'quiet' })
  const before = pictureCanvas('Reconstructions before the step', 4, 3)
  const after = pictureCanvas('Reconstructions of the same examples after the step', 4, 3)
  const terms = h('tbody')
  const layers = h('tbody')
  const report = h(
    'div',
    { class: 'bench', hidden: true },
    table('What each part did', ['Part', 'Value', 'Pull (norm of its gradient)'], terms),
    table('How far each layer moved', ['Layer', 'Weights', 'Moved', 'Share'], layers),
    h(
      'figure',
      { class: 'tool' },
      h('figcaption', {}, 'Before'),
      before.element,
      h('figcaption', {}, 'After'),
      after.element,
    ),
  )
  const empty = h('p', { class: 'empty' })
  byId('step-tools').append(h('div', { class: 'actions' }, button, note), empty, report)
  button.addEventListener('click', async () => {
    button.setAttribute('aria-busy', 'true')
    const found = await session.ask('The step was not taken', (engine) => engine.step())
    button.removeAttribute('aria-busy')
    if (found === undefined) return
    const look = lookOf(store.get().card?.settings.dataset ?? 'mnist')
    before.show(found.before, look)
    after.show(found.after, look)
    terms.replaceChildren(...termRows(found))
    layers.replaceChildren(...layerRows(found))
    report.hidden = false
    empty.hidden = true
    say(note, `Step ${found.step}`)
    announce(`Step ${found.step} is done`)
    store.set({ losses: Object.fromEntries(found.terms.map(({ term, value }) => [term, value])) })
    await session.changed()
  })
  store.watch(['model'], () => {
    report.hidden = true
    empty.hidden = false
  })
  store.watch(['phase', 'card'], ({ phase, card, origin }) => {
    say(
      empty,
      origin === 'pretrained' ? 'A step changes the pretrained network; open the page again to have it back.' : '',
    )
    button.disabled = card === undefined || phase === 'training' || phase === 'making' || phase === 'opening'
    say(
      note,
      phase === 'training'
        ? 'Pause training to take single steps.'
        : card
          ? `After ${plural(card.trainedSteps, 'step')}`
          : '',
    )
  })
}

function termRows({ terms }: StepReport): readonly HTMLElement[] {
  const strongest = Math.max(...terms.map(({ gradientNorm }) => gradientNorm), 1e-12)
  return terms.map(({ term, value, gradientNorm }) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, meaningOf(term).name),
      cell(figure(value)),
      barCell(figure(gradientNorm), gradientNorm / strongest),
    ),
  )
}

function layerRows({ layers }: StepReport): readonly HTMLElement[] {
  const shares = layers.map(({ weightNorm, updateNorm }) => updateNorm / Math.max(weightNorm, 1e-12))
  const largest = Math.max(...shares, 1e-12)
  return layers.map(({ name, weightNorm, updateNorm }, index) => {
    const share = shares[index] ?? 0
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      cell(figure(weightNorm)),
      cell(figure(updateNorm)),
      barCell(`${figure(100 * share)}%`, share / largest),
    )
  })
}

const cell = (text: string) => h('td', { class: 'figure' }, text)

function barCell(text: string, share: number): HTMLElement {
  const bar = h('span', { class: 'share' })
  bar.style.width = `${Math.round(100 * share)}%`
  return h('td', { class: 'figure with-bar' }, text, h('span', { class: 'track', 'aria-hidden': 'true' }, bar))
}

function table(caption: string, heads: readonly string[], body: HTMLElement): HTMLElement {
  const columns = heads.map((text, index) => h('th', { scope: 'col', class: index === 0 ? '' : 'figure' }, text))
  return h(
    'div',
    { class: 'tool table-box', tabIndex: 0, role: 'region', 'aria-label': caption },
    h('table', {}, h('caption', {}, caption), h('thead', {}, h('tr', {}, columns)), body),
  )
}
