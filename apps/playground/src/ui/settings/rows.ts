// One row of the settings: a label, a native control, and what is wrong with its value.
import { h, say } from '../foundation/dom.ts'

/** A row of the form. */
export interface Row<value> {
  readonly element: HTMLElement
  /** Shows a value, unless the control has the focus and says the same. */
  show(value: value): void
}

/** A choice among some values. */
export function choiceRow(
  id: string,
  label: string,
  choices: readonly { readonly value: string; readonly text: string }[],
  change: (value: string) => void,
  meaning = '',
): Row<string> {
  const select = h(
    'select',
    { id, ...describedBy(id, meaning) },
    choices.map(({ value, text }) => h('option', { value }, text)),
  )
  select.addEventListener('change', () => change(select.value))
  return {
    element: row(id, label, select, meaning),
    show(value) {
      select.value = value
    },
  }
}

/** What a row for a number needs to know. */
export interface NumberField {
  readonly path: string
  readonly label: string
  readonly meaning: string
  readonly minimum?: number
  readonly maximum?: number
  readonly isWhole: boolean
  readonly hint?: string
}

/** A number. `change` is told `undefined` when the row is emptied, and nothing while the number is out of its range. */
export function numberRow(field: NumberField, change: (value: number | undefined) => void): Row<number> {
  const { path: id, label, meaning, minimum, maximum, isWhole, hint } = field
  const input = h('input', {
    id,
    type: 'number',
    inputmode: isWhole ? 'numeric' : 'decimal',
    step: isWhole ? 1 : 'any',
    min: minimum,
    max: maximum,
    placeholder: hint,
    autocomplete: 'off',
    ...describedBy(id, 'problem'),
  })
  const problem = h('span', { class: 'problem', id: `${id}-meaning` })
  input.addEventListener('input', () => {
    const text = numberProblem(input.value, input.validity.badInput, field)
    say(problem, text ?? meaning)
    input.setAttribute('aria-invalid', String(text !== undefined))
    problem.classList.toggle('wrong', text !== undefined)
    if (text === undefined) change(input.value === '' ? undefined : Number(input.value))
  })
  say(problem, meaning)
  return {
    element: h('div', { class: 'row' }, h('label', { for: id }, label), input, problem),
    show(value) {
      if (Number(input.value) !== value || input.value === '') input.value = String(value)
    },
  }
}

/** What is wrong with the text of a number field; undefined if nothing is. */
export function numberProblem(
  text: string,
  isBad: boolean,
  { minimum, maximum, isWhole, hint }: NumberField,
): string | undefined {
  if (text === '' && !isBad) return hint === undefined ? 'This needs a number.' : undefined
  const value = Number(text)
  const [low, high] = [minimum ?? Number.NEGATIVE_INFINITY, maximum ?? Number.POSITIVE_INFINITY]
  if (!isBad && Number.isFinite(value) && value >= low && value <= high && (!isWhole || Number.isInteger(value)))
    return undefined
  const kind = isWhole ? 'a whole number' : 'a number'
  const from =
    minimum === undefined ? '' : maximum === undefined ? ` of at least ${minimum}` : ` from ${minimum} to ${maximum}`
  return `This takes ${kind}${from}.`
}

/** A text. `change` returns what is wrong with it. */
export function textRow(
  id: string,
  label: string,
  meaning: string,
  change: (value: string) => string | undefined,
): Row<string> {
  const input = h('input', { id, type: 'text', inputmode: 'numeric', autocomplete: 'off', ...describedBy(id, meaning) })
  const problem = h('span', { class: 'problem', id: `${id}-meaning` }, meaning)
  input.addEventListener('input', () => {
    const text = change(input.value)
    say(problem, text ?? meaning)
    input.setAttribute('aria-invalid', String(text !== undefined))
    problem.classList.toggle('wrong', text !== undefined)
  })
  return {
    element: h('div', { class: 'row' }, h('label', { for: id }, label), input, problem),
    show(value) {
      if (document.activeElement !== input) input.value = value
    },
  }
}

function row(id: string, label: string, control: HTMLElement, meaning: string): HTMLElement {
  const note = meaning !== '' && h('span', { class: 'problem', id: `${id}-meaning` }, meaning)
  return h('div', { class: 'row' }, h('label', { for: id }, label), control, note)
}

const describedBy = (id: string, meaning: string) => (meaning === '' ? {} : { 'aria-describedby': `${id}-meaning` })
