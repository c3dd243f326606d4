// The one button, and what is going on.
import { announce } from '../foundation/announce.ts'
import { byId, h, say } from '../foundation/dom.ts'
import { count, duration, plural } from '../foundation/numbers.ts'
import type { Session } from '../session.ts'
import { entryOf, titleOf } from '../settings/fields.ts'
import type { State } from '../state.ts'

/**
 * Sets up the buttons below the claim.
 *
 * @param openSettings shows the settings
 */
export function startTrainBar(session: Session, openSettings: () => void): void {
  const { store } = session
  const main = h(
    'button',
    { type: 'button', class: 'main', id: 'train', 'aria-disabled': 'true' },
    'Train from scratch',
  )
  const again = h('button', { type: 'button', hidden: true }, 'Start over')
  const settings = h('button', { type: 'button', 'aria-haspopup': 'dialog' }, 'Settings')
  const status = h('p', { class: 'status' })
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Training', hidden: true })
  main.addEventListener('click', () => {
    const { phase } = store.get()
    if (isBusy(phase)) return
    if (phase === 'training') void session.pause()
    else if (phase === 'paused') void session.resume()
    else void session.trainFromScratch()
  })
  again.addEventListener('click', () => {
    main.focus() // this button goes
    void session.trainFromScratch()
  })
  settings.addEventListener('click', openSettings)
  byId('training').append(h('div', { class: 'actions' }, main, again, settings), bar, status)

  let spoken = ''
  store.watch(['phase', 'frame', 'card', 'origin'], (state) => {
    const { phase, frame } = state
    say(main, mainText[phase])
    main.setAttribute('aria-disabled', String(isBusy(phase))) // not `disabled`: the button keeps the focus
    again.hidden = phase !== 'paused'
    bar.hidden = phase !== 'training' && (phase !== 'paused' || frame === undefined)
    bar.value = frame === undefined ? 0 : frame.step / frame.steps
    say(status, statusOf(state))
    const news = newsOf(state)
    if (news !== '' && news !== spoken) announce(news)
    spoken = news
  })
}

const isBusy = (phase: State['phase']) => phase === 'opening' || phase === 'making'

const mainText: Readonly<Record<State['phase'], string>> = {
  opening: 'Train from scratch',
  ready: 'Train from scratch',
  making: 'Preparing',
  training: 'Pause',
  paused: 'Go on',
  done: 'Train from scratch',
}

/** What the page says below the buttons. */
export function statusOf({ phase, frame, card, origin }: State): string {
  if (card === undefined) return 'Opening a pretrained network'
  if (phase === 'making') return 'Reading the data and making the network'
  if (phase === 'training' && frame === undefined) return 'The first steps compile the network for this machine'
  if (phase === 'training' && frame) {
    const left = ((frame.steps - frame.step) * card.settings.batchSize) / Math.max(1, frame.examplesPerSecond)
    return `Epoch ${frame.epoch} of ${card.settings.epochs}, ${count(frame.examplesPerSecond)} examples a second, about ${duration(left)} left`
  }
  const from = { pretrained: 'Pretrained', scratch: 'Your own', file: 'From your file' }[origin]
  const { model, dataset, latentSize } = card.settings
  const size =
    model === 'vq-vae'
      ? ''
      : entryOf(model).isVariational
        ? `, ${plural(latentSize, 'latent')}`
        : `, code of ${latentSize}`
  return `${from}: ${titleOf(model)} on ${nameOfDataset[dataset]}${size}, ${plural(card.trainedSteps, 'step')}`
}

/** The same for those who do not see it: once an epoch. */
function newsOf({ phase, frame, card }: State): string {
  if (phase === 'training' && frame) return `Epoch ${frame.epoch} of ${card?.settings.epochs}`
  if (phase === 'paused' && frame) return 'Training is paused'
  if (phase === 'done') return 'Training is done'
  return ''
}

/** The data sets by the names that readers know. */
export const nameOfDataset: Readonly<Record<State['settings']['dataset'], string>> = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
  shapes: 'shapes',
  yours: 'your data',
}
