// The settings of the next training: a sheet at the side, or over the whole of a phone.
import { backendNames, datasetNames, type Settings } from '../../engine/settings.ts'
import { byId, h, say } from '../foundation/dom.ts'
import { count } from '../foundation/numbers.ts'
import { chooseFiles, readOwn } from '../own-data.ts'
import type { Session } from '../session.ts'
import { nameOfDataset } from '../training/train-bar.ts'
import { entries, entryOf, type Field, fieldsOf, sizeName, titleOf, withValue } from './fields.ts'
import { choiceRow, numberRow, textRow } from './rows.ts'

/**
 * Sets up the sheet.
 *
 * @returns shows it
 */
export function startSettings(session: Session): () => void {
  const { store } = session
  const set = (changes: Partial<Settings>) => store.set({ settings: { ...store.get().settings, ...changes } })
  const dialog = h('dialog', { class: 'sheet', 'aria-labelledby': 'settings-title' })
  const about = h('p', { class: 'quiet' })
  const own = h('p', { class: 'quiet', role: 'status' })
  const available = h('p', { class: 'quiet indented' })
  const ownButton = h('button', { type: 'button', class: 'plain' }, 'Use your own pictures or CSV')
  ownButton.addEventListener('click', async () => {
    const files = await chooseFiles('image/*,.csv,text/csv', true)
    const text = await readOwn(session, files)
    if (text !== undefined) say(own, text)
  })

  const model = choiceRow(
    'model',
    'Model',
    entries.map(({ name }) => ({ value: name, text: titleOf(name) })),
    (value) => {
      const { name, architecture, hidden, channels } = entryOf(value as Settings['model'])
      set({ model: name, options: {}, architecture, hidden: architecture === 'dense' ? hidden : channels })
    },
  )
  const dataset = choiceRow(
    'dataset',
    'Data',
    datasetNames.map((value) => ({ value, text: value === 'yours' ? 'Your own' : nameOfDataset[value] })),
    (value) => set({ dataset: value as Settings['dataset'] }),
  )
  const architecture = choiceRow(
    'architecture',
    'Network',
    [
      { value: 'dense', text: 'Dense layers' },
      { value: 'convolutional', text: 'Convolutions' },
    ],
    (value) => {
      const entry = entryOf(store.get().settings.model)
      set(
        value === 'dense'
          ? { architecture: 'dense', hidden: entry.hidden }
          : { architecture: 'convolutional', hidden: entry.channels },
      )
    },
  )
  const hidden = textRow('hidden', 'Layers', 'Their widths, or channels, with commas between them', (text) => {
    const widths = text.split(/[\s,]+/).filter((word) => word !== '')
    if (!widths.every((word) => /^[1-9]\d{0,4}$/.test(word)))
      return 'Write whole numbers with commas between them, e.g. 256, 64.'
    set({ hidden: widths.map(Number) })
    return undefined
  })
  const whole = (
    name: 'examples' | 'latentSize' | 'epochs' | 'batchSize' | 'seed',
    label: string,
    minimum: number,
    maximum: number,
  ) =>
    numberRow(
      { path: name, label, meaning: '', minimum, maximum, isWhole: true },
      (value) => value !== undefined && set({ [name]: value }),
    )
  const rows = {
    examples: whole('examples', 'Examples', 1, 70_000),
    latentSize: whole('latentSize', 'Latents', 1, 512),
    epochs: whole('epochs', 'Epochs', 1, 1000),
    batchSize: whole('batchSize', 'Batch size', 1, 4096),
    seed: whole('seed', 'Seed', 0, 2 ** 31 - 1),
  }
  const learningRate = numberRow(
    { path: 'learningRate', label: 'Learning rate', meaning: '', minimum: 0.000001, maximum: 1, isWhole: false },
    (value) => value !== undefined && set({ learningRate: value }),
  )
  const backend = choiceRow(
    'backend',
    'Backend',
    backendNames.map((value) => ({ value, text: nameOfBackend[value] })),
    (value) => set({ backend: value as Settings['backend'] }),
  )
  const ofModel = h('div', { class: 'rows' })

  const train = h('button', { type: 'submit', class: 'main' }, 'Train from scratch')
  const close = h('button', { type: 'button', class: 'plain' }, 'Close')
  close.addEventListener('click', () => dialog.close())
  const form = h(
    'form',
    { method: 'dialog' },
    h('div', { class: 'title-row' }, h('h2', { id: 'settings-title' }, 'Settings'), close),
    h(
      'fieldset',
      {},
      h('legend', {}, 'What to train'),
      model.element,
      about,
      dataset.element,
      h('div', { class: 'own' }, ownButton, own),
      rows.examples.element,
      available,
    ),
    h('fieldset', {}, h('legend', {}, 'The network'), architecture.element, hidden.element, rows.latentSize.element),
    h('fieldset', {}, h('legend', {}, 'This model'), ofModel),
    h(
      'fieldset',
      {},
      h('legend', {}, 'Training'),
      rows.epochs.element,
      rows.batchSize.element,
      learningRate.element,
      rows.seed.element,
      backend.element,
    ),
    h('div', { class: 'sheet-end' }, train),
  )
  form.addEventListener('submit', () => void session.trainFromScratch())
  dialog.append(form)
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close() // beside the sheet
  })
  byId('main').append(dialog)

  store.watch(['datasets', 'settings'], ({ datasets, settings }) => {
    for (const option of dataset.element.querySelectorAll('option'))
      option.disabled = datasets.length > 0 && !datasets.some(({ name }) => name === option.value)
    const found = datasets.find(({ name }) => name === settings.dataset)
    say(available, found === undefined ? '' : `Of ${count(found.count)} that there are`)
  })

  store.watch(['model'], () => say(own, ''))

  let shape = ''
  store.watch(['settings'], ({ settings }) => {
    const entry = entryOf(settings.model)
    model.show(settings.model)
    dataset.show(settings.dataset)
    architecture.show(settings.architecture)
    hidden.show(settings.hidden.join(', '))
    learningRate.show(settings.learningRate)
    backend.show(settings.backend)
    say(rows.latentSize.element.firstElementChild ?? rows.latentSize.element, sizeName(settings.model))
    for (const [name, row] of Object.entries(rows)) row.show(settings[name as keyof typeof rows])
    say(about, `${entry.summary.slice(0, 1).toUpperCase()}${entry.summary.slice(1)} (${entry.paper}).`)
    const fields = fieldsOf(settings)
    const now = `${settings.model} ${fields.map(({ path }) => path)}`
    if (now === shape) return
    shape = now
    const focused = ofModel.contains(document.activeElement) ? document.activeElement?.id : undefined
    ofModel.replaceChildren(...fields.map((field) => rowOf(field, session)))
    if (focused) document.getElementById(focused)?.focus()
  })
  return () => dialog.showModal()
}

/** A row whose option may be left to the model. */
function rowOf(field: Field, { store }: Session): HTMLElement {
  const change = (value: number | string | undefined) => {
    const { settings } = store.get()
    store.set({ settings: { ...settings, options: withValue(settings.options, field.path, value) } })
  }
  const path = field.path.replaceAll('.', '-')
  if (field.control === 'choice') {
    const row = choiceRow(`option-${path}`, field.label, field.choices, change, field.meaning)
    row.show(field.value)
    return row.element
  }
  const row = numberRow({ ...field, path: `option-${path}` }, change)
  if (field.value !== undefined) row.show(field.value)
  return row.element
}

/** The backends by the names that readers know. */
export const nameOfBackend: Readonly<Record<Settings['backend'], string>> = {
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  webgpu: 'WebGPU',
}
