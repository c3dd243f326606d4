// The visitor's own pictures or table: by a button, or dropped anywhere on the page.
import { byId, h } from './foundation/dom.ts'
import { count } from './foundation/numbers.ts'
import type { Session } from './session.ts'

/** Lets the visitor choose files; an empty list if they change their mind. */
export function chooseFiles(accept: string, multiple: boolean): Promise<readonly File[]> {
  const input = h('input', { type: 'file', accept, multiple })
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}

/**
 * Reads files as the data `yours` and chooses it for the next training.
 *
 * @returns what was read, in a sentence or two; undefined if nothing was
 */
export async function readOwn(
  { store, engine, fail, findData }: Session,
  files: readonly File[],
): Promise<string | undefined> {
  if (files.length === 0) return undefined
  try {
    const found = await engine.useOwn(files)
    const { settings } = store.get()
    store.set({ settings: { ...settings, dataset: 'yours', examples: found.count }, failure: undefined })
    await findData()
    return foundText(found)
  } catch (error) {
    fail('Your files were not read', error)
    return undefined
  }
}

/** What was read, in a sentence or two. */
export function foundText({
  kind,
  count: found,
  shape,
  problems,
  columns = [],
}: {
  readonly kind: 'pictures' | 'table'
  readonly count: number
  readonly shape: readonly number[]
  readonly problems: readonly string[]
  readonly columns?: readonly string[]
}): string {
  const what =
    kind === 'pictures'
      ? `${count(found)} ${found === 1 ? 'picture' : 'pictures'} of ${shape.slice(0, 2).join(' x ')} pixels`
      : `${count(found)} rows, each as ${count(shape.reduce((product, side) => product * side, 1))} numbers`
  const learnt = columns.length === 0 ? '' : ` Columns: ${firstOf(columns, 8)}.`
  const left = problems.length === 0 ? '' : ` Left out: ${firstOf(problems, 3)}.`
  return `Read ${what}.${learnt}${left}`
}

/** The first parts of a list, and how many more there are. */
function firstOf(parts: readonly string[], most: number): string {
  return `${parts.slice(0, most).join('; ')}${parts.length > most ? `; and ${parts.length - most} more` : ''}`
}

/**
 * Takes files that are dropped on the page: a saved model is opened, anything else is read as data.
 *
 * @param onRead is told what was read
 */
export function startDrop(session: Session, onRead: (text: string) => void): void {
  const veil = h(
    'div',
    { class: 'veil', hidden: true, 'aria-hidden': 'true' },
    h('p', {}, 'Drop pictures, a CSV or a saved model'),
  )
  byId('main').append(veil)
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false
  addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    veil.hidden = false
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) veil.hidden = true
  })
  addEventListener('drop', async (event) => {
    veil.hidden = true
    if (!hasFiles(event)) return
    event.preventDefault()
    const files = [...(event.dataTransfer?.files ?? [])]
    const [model] = files.filter(({ name }) => name.endsWith('.safetensors'))
    if (model) return session.openFile(model)
    const text = await readOwn(session, files)
    if (text !== undefined) onRead(text)
  })
}
