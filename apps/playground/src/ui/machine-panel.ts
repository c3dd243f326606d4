// The backends of this machine, and how fast each of them trains here.
import type { BackendState } from '../engine/engine.ts'
import { byId, h, say } from './foundation/dom.ts'
import { count } from './foundation/numbers.ts'
import type { Session } from './session.ts'
import { nameOfBackend } from './settings/settings-sheet.ts'

/** Sets up the section. */
export function startMachine(session: Session): void {
  const { store } = session
  const list = h(
    'div',
    { class: 'backends', role: 'radiogroup', 'aria-label': 'Backend of the next training' },
    h('p', { class: 'empty' }, 'Looking for backends'),
  )
  const measure = h('button', { type: 'button', disabled: true }, 'Measure all')
  const isolation = h('p', { class: 'quiet' })
  byId('machine-tools').append(list, h('div', { class: 'actions' }, measure), isolation)
  const speeds = new Map<string, { readonly text: HTMLElement; readonly bar: HTMLElement; value?: number }>()

  void session
    .ask('The backends were not found', (engine) => engine.backends())
    .then((backends) => {
      if (backends === undefined) return say(list, 'The backends of this machine could not be found.')
      list.replaceChildren(...backends.map((backend) => rowOf(backend)))
      say(isolation, isolationText(backends))
      measure.disabled = false
      measure.addEventListener('click', () => {
        if (!isMeasuring) void measureAll(backends.filter(({ available }) => available))
      })
    })

  let isMeasuring = false
  /** Not `disabled`: the button keeps the focus. */
  function setMeasuring(now: boolean): void {
    isMeasuring = now
    measure.setAttribute('aria-disabled', String(now))
  }

  async function measureAll(backends: readonly BackendState[]): Promise<void> {
    setMeasuring(true)
    for (const { name } of backends) {
      const speed = speeds.get(name)
      if (speed === undefined) continue
      say(speed.text, 'measuring')
      const found = await session.ask(`${nameOfBackend[name]} was not measured`, (engine) => engine.measure(name))
      if (found) speed.value = found.examplesPerSecond
      say(speed.text, found ? `${count(found.examplesPerSecond)} examples a second` : 'not measured')
      const fastest = Math.max(...[...speeds.values()].map(({ value }) => value ?? 0), 1)
      for (const { bar, value } of speeds.values()) bar.style.width = `${(100 * (value ?? 0)) / fastest}%`
    }
    setMeasuring(false)
  }

  function rowOf({ name, available, reason, threads }: BackendState): HTMLElement {
    const input = h('input', { type: 'radio', name: 'backend-choice', value: name, disabled: !available })
    input.addEventListener('change', () => store.set({ settings: { ...store.get().settings, backend: name } }))
    store.watch(['settings'], ({ settings }) => {
      input.checked = settings.backend === name
    })
    const bar = h('span', { class: 'share' })
    const text = h('span', { class: 'figure' }, available ? '' : (reason ?? 'It does not run here.'))
    if (available) speeds.set(name, { text, bar })
    const of = threads === undefined ? '' : threads === 1 ? ', one thread' : `, ${threads} threads`
    return h(
      'label',
      { class: available ? 'backend' : 'backend not-here' },
      input,
      h('strong', {}, nameOfBackend[name]),
      h('span', { class: 'quiet' }, of.slice(2)),
      text,
      available && h('span', { class: 'track', 'aria-hidden': 'true' }, bar),
    )
  }
}

/** Whether WebAssembly may use more than one thread, and what would let it. */
function isolationText(backends: readonly BackendState[], isIsolated = globalThis.crossOriginIsolated): string {
  const threads = backends.find(({ name }) => name === 'wasm')?.threads ?? 1
  if (threads > 1) return `This page is cross-origin isolated, so that WebAssembly trains on ${threads} threads.`
  if (isIsolated) return 'This page is cross-origin isolated; WebAssembly uses one thread on this machine.'
  return 'WebAssembly uses one thread here. It uses more where the server sends the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.'
}
