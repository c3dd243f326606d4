// The code of a VQ-VAE as a small picture: each cell a vector of the codebook. Choose a cell, give it another vector, see what changes.
import { h, say } from '../foundation/dom.ts'
import { latest } from '../foundation/latest.ts'
import { whenVisible } from '../foundation/when-visible.ts'
import { lookOf, pictureCanvas } from '../pictures/draw-pictures.ts'
import type { Session } from '../session.ts'
import { movedCell, shadeOf } from './symbols.ts'

/** @param instead what stands here while the model at hand has no such codes */
export function symbolsPanel(session: Session, instead: HTMLElement): HTMLElement {
  const { store } = session
  const grid = h('div', { class: 'symbols', role: 'grid', 'aria-label': 'Code of your drawing' })
  const picture = pictureCanvas('What the decoder draws of the code', 1)
  picture.element.classList.add('large')
  const slider = h('input', { type: 'range', id: 'symbol', min: 0, step: 1 })
  const label = h('label', { for: 'symbol' })
  const text = h('output', { for: 'symbol', class: 'figure' })
  const content = h(
    'div',
    {},
    h('div', { class: 'pair' }, grid, picture.element),
    h('div', { class: 'slider cell' }, label, slider, text),
  )
  let indices = new Int32Array()
  let [rows, columns, symbols, chosen] = [0, 0, 1, 0]
  let cells: readonly HTMLElement[] = []

  const decode = latest(async () => {
    const { card } = store.get()
    const code = indices.slice()
    const decoded = await session.ask('The code was not decoded', (engine) => engine.decodeDiscrete(code))
    picture.show(decoded, lookOf(card?.settings.dataset ?? 'mnist'))
  })
  const showCell = (cell: number) => {
    const symbol = indices[cell] ?? 0
    const element = cells[cell]
    if (element === undefined) return
    element.style.setProperty('--shade', `${Math.round(100 * shadeOf(symbol, symbols))}%`)
    element.setAttribute(
      'aria-label',
      `row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}: vector ${symbol}`,
    )
    element.setAttribute('aria-selected', String(cell === chosen))
    element.tabIndex = cell === chosen ? 0 : -1
  }
  const choose = (cell: number, takesFocus = true) => {
    const former = chosen
    chosen = cell
    showCell(former)
    showCell(cell)
    if (takesFocus) cells[cell]?.focus()
    slider.value = String(indices[cell] ?? 0)
    say(label, `Row ${Math.floor(cell / columns) + 1}, column ${(cell % columns) + 1}`)
    say(text, `vector ${indices[cell] ?? 0}`)
  }
  const build = () => {
    grid.style.gridTemplateColumns = `repeat(${columns}, 1fr)`
    const lines = Array.from({ length: rows }, () => h('div', { role: 'row' }))
    cells = Array.from({ length: rows * columns }, (_, cell) => {
      const element = h('div', { role: 'gridcell', class: 'symbol' })
      element.addEventListener('click', () => choose(cell))
      lines[Math.floor(cell / columns)]?.append(element)
      return element
    })
    grid.replaceChildren(...lines)
  }
  grid.addEventListener('keydown', (event) => {
    const cell = movedCell(chosen, event.key, rows, columns)
    if (cell === undefined) return
    event.preventDefault()
    choose(cell)
  })
  slider.addEventListener('input', () => {
    indices[chosen] = Number(slider.value)
    showCell(chosen)
    say(text, `vector ${slider.value}`)
    decode()
  })
  const encode = latest(async () => {
    const { drawing, card } = store.get()
    if (!card?.can.discrete || drawing === undefined) return
    const found = await session.ask('Your drawing was not encoded', (engine) => engine.discreteCodes(drawing))
    if (found === undefined) return
    const isNew = rows !== found.height || columns !== found.width
    indices = Int32Array.from(found.indices)
    ;[rows, columns, symbols] = [found.height, found.width, found.codebookSize]
    slider.max = String(symbols - 1)
    if (isNew) build()
    for (let cell = 0; cell < cells.length; cell++) showCell(cell)
    choose(Math.min(chosen, cells.length - 1), false)
    decode()
  })
  const element = h(
    'section',
    { class: 'tool wide', 'aria-labelledby': 'symbols-title' },
    h('h3', { id: 'symbols-title' }, 'Edit a code of symbols'),
    content,
    instead,
  )
  store.watch(['card'], ({ card }) => {
    content.hidden = !card?.can.discrete
    instead.hidden = card?.can.discrete ?? false
  })
  store.watch(
    ['drawing', 'revision', 'card'],
    whenVisible(element, () => encode()),
  )
  return element
}
