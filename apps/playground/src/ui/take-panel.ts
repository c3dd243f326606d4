// Save, open, export, share: the model and the program leave the page as files, a link and text.
import type { Settings } from '../engine/settings.ts'
import { announce } from './foundation/announce.ts'
import { byId, h, say } from './foundation/dom.ts'
import { chooseFiles, readOwn } from './own-data.ts'
import type { Session } from './session.ts'
import type { State } from './state.ts'

/** How settings leave the page and come back. */
export interface Sharing {
  /** What the button trains unless the visitor says otherwise. */
  readonly plainSettings: Settings
  /** The TypeScript that does what the page shows. */
  program(settings: Settings): string
  /** The address of this page with these settings. */
  toUrl(settings: Settings): string
  /**
   * The settings of an address; undefined if it has none.
   *
   * @throws if they cannot be read
   */
  fromUrl(url: string): Settings | undefined
}

/** Sets up the section. */
export function startTake(session: Session, { program, toUrl }: Sharing): void {
  const { store } = session
  const done = h('p', { class: 'quiet', role: 'status' })
  const tell = (text: string) => {
    store.set({ failure: undefined })
    say(done, text)
    announce(text)
  }
  const nameOf = () => store.get().card?.settings.model ?? 'model'
  const needsModel: HTMLButtonElement[] = []
  const action = (title: string, text: string, label: string, act: () => Promise<void>, waitsForModel = true) => {
    const button = h('button', { type: 'button', 'aria-label': `${title}: ${label}` }, label)
    button.addEventListener('click', async () => {
      say(done, '')
      try {
        await act()
      } catch (error) {
        session.fail(`${title}: this did not work`, error)
      }
    })
    if (waitsForModel) needsModel.push(button)
    return h('div', { class: 'take' }, h('h3', {}, title), h('p', { class: 'quiet' }, text), button)
  }
  const file = async (kind: string, ask: () => Promise<Uint8Array | undefined>, ending: string) => {
    const bytes = await ask()
    if (bytes === undefined) return
    download(bytes, `${nameOf()}.${ending}`)
    tell(`${kind} is in ${nameOf()}.${ending}.`)
  }
  const code = h('code')
  const source = h('pre', { tabIndex: 0, 'aria-label': 'The program' }, code)
  byId('take-tools').append(
    h(
      'div',
      { class: 'takes' },
      action(
        'The model',
        'Its weights and settings, in a .safetensors file that @ae/core loads in Node and in any page.',
        'Save',
        () => file('The model', () => session.save(), 'safetensors'),
      ),
      action(
        'A saved model',
        'Go on with a model from before. You can also drop it on the page.',
        'Open',
        async () => {
          const [chosen] = await chooseFiles('.safetensors', false)
          if (chosen) await session.openFile(chosen)
        },
        false,
      ),
      action('ONNX', 'The decoder, for Python, C++ and everything else that runs ONNX.', 'Export', () =>
        file('The decoder', () => session.ask('The model was not exported', (engine) => engine.exportOnnx()), 'onnx'),
      ),
      action(
        'Your own data',
        'Pictures, or a CSV of at least 50 rows; they stay in this tab.',
        'Choose',
        async () => {
          const text = await readOwn(session, await chooseFiles('image/*,.csv,text/csv', true))
          if (text !== undefined) tell(`${text} Train from scratch to learn them.`)
        },
        false,
      ),
      action(
        'A link',
        'Model, data, training and seed in one address: whoever opens it trains the same.',
        'Copy the link',
        async () => {
          const url = toUrl(settingsToShare(store.get()))
          history.replaceState(undefined, '', url)
          await copy(location.href)
          tell('The link is copied, and is in the address bar.')
        },
        false,
      ),
      action('The program', 'TypeScript that does the same training.', 'Copy the program', async () => {
        await copy(program(settingsToShare(store.get())))
        tell('The program is copied.')
      }),
    ),
    done,
    h('details', {}, h('summary', {}, 'Read the program'), source),
  )
  store.watch(['card', 'settings', 'origin'], (state) => {
    for (const button of needsModel) button.disabled = state.card === undefined
    if (state.card) say(code, program(settingsToShare(state)))
  })
  store.watch(['model'], () => say(done, ''))
}

/** What link and program repeat: the training of the model at hand; while that is the pretrained one, what the button would train. */
export function settingsToShare({ origin, card, settings }: Pick<State, 'origin' | 'card' | 'settings'>): Settings {
  return origin === 'pretrained' || card === undefined ? settings : card.settings
}

function download(bytes: Uint8Array, name: string): void {
  const address = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]))
  h('a', { href: address, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch (cause) {
    throw new Error('The browser did not let this page use the clipboard. Select the text, and copy it by hand.', {
      cause,
    })
  }
}
