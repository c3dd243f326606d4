// What the page does: the one way to ask the engine, and what opens, trains and saves a model.
import type { Engine, Frame, ModelCard, Pictures } from '../engine/engine.ts'
import type { Settings } from '../engine/settings.ts'
import { failureOf } from './foundation/failure.ts'
import { plural } from './foundation/numbers.ts'
import { createStore, type StateStore } from './foundation/store.ts'
import { joined, pictureAt } from './pictures/draw-pictures.ts'
import { titleOf } from './settings/fields.ts'
import { fresh, type State, thinned } from './state.ts'
import { addLosses } from './training/loss-history.ts'
import { nameOfDataset } from './training/train-bar.ts'

/** The page's dealings with the engine. */
export interface Session {
  readonly store: StateStore<State>
  readonly engine: Engine
  /**
   * Asks the engine about the model at hand.
   *
   * @param title what the page says it was doing, should it fail
   * @returns undefined if that failed, which the page then shows, or if the model has been replaced meanwhile
   */
  ask<result>(title: string, question: (engine: Engine) => Promise<result>): Promise<result | undefined>
  /** Opens the model of the first view, with the settings of a link. */
  openPretrained(link?: SettingsOfLink): Promise<void>
  /** Takes the settings of a link for the next training; says so if it cannot be read, and leaves them as they are. */
  useLink(link: SettingsOfLink): void
  /** Opens a saved model. */
  openFile(file: File): Promise<void>
  /** The file of the model at hand; undefined if that failed. */
  save(): Promise<Uint8Array | undefined>
  /** Makes a model from the settings and trains it. */
  trainFromScratch(): Promise<void>
  /** Goes on with the training of the model at hand. */
  resume(): Promise<void>
  pause(): Promise<void>
  /** Says that the weights have changed outside of training. */
  changed(): Promise<void>
  fail(title: string, error: unknown): void
  /** The label to ask with: undefined where the model takes none. */
  label(): number | undefined
  /** Looks up what there is to learn. */
  findData(): Promise<void>
}

/**
 * Gives the settings of a link; undefined if it has none.
 *
 * @throws if they cannot be read
 */
type SettingsOfLink = () => Settings | undefined

/**
 * @param engine a new one
 * @param settings what the form shows at first
 */
export function createSession(engine: Engine, settings: Settings): Session {
  const store = createStore<State>({
    phase: 'opening',
    origin: 'pretrained',
    card: undefined,
    model: 0,
    settings,
    revision: 0,
    point: [0, 0],
    datasets: [],
    label: 3,
    failure: undefined,
    ...fresh,
  })
  let models = 0
  let labels: Uint8Array | undefined

  const fail = (title: string, error: unknown) => store.set({ failure: failureOf(title, error) })

  const ask: Session['ask'] = async (title, question) => {
    const model = models
    try {
      const answer = await question(engine)
      return model === models ? answer : undefined
    } catch (error) {
      if (model === models) fail(title, error)
      return undefined
    }
  }

  /** Replaces the model; a failure leaves the former one in place. */
  async function replace(title: string, origin: State['origin'], make: () => Promise<ModelCard>): Promise<boolean> {
    const { phase } = store.get()
    try {
      // What went wrong while the page opened, such as a bad link, stays to be read.
      store.set(phase === 'opening' ? { phase } : { phase: 'making', failure: undefined })
      const card = await make()
      models++
      store.set({
        ...fresh,
        card,
        origin,
        model: models,
        // A file of a run can go on where it was.
        phase: origin === 'file' && card.trainedSteps > 0 ? 'paused' : 'ready',
        revision: store.get().revision + 1,
        point: [0, 0],
      })
      await lookAround()
      return true
    } catch (error) {
      store.set({ phase: store.get().card === undefined ? 'opening' : phase === 'opening' ? 'ready' : phase })
      fail(title, error)
      return false
    }
  }

  /** Draws what needs no training: some examples, samples and the plane. */
  async function lookAround(): Promise<void> {
    const plane = await ask('The map was not drawn', () => engine.plane())
    if (plane) store.set({ snapshots: [{ plane }] })
    const examples = await ask('No examples were read', () => engine.examples(pictureCount))
    if (examples === undefined) return
    labels = examples.labels
    store.set({ inputs: examples.pictures })
    await drawResults()
  }

  async function drawResults(): Promise<void> {
    const { card, inputs } = store.get()
    const samples = card?.can.sample && (await ask('No samples were drawn', () => engine.sample(pictureCount, 1)))
    const reconstructions = inputs && (await ask('No reconstructions were drawn', () => reconstruct(inputs)))
    store.set({ samples: samples || undefined, reconstructions })
  }

  /** Each example with its own label, where the model takes one. */
  async function reconstruct(inputs: Pictures): Promise<Pictures | undefined> {
    if (!store.get().card?.can.label || labels === undefined) return engine.reconstruct(inputs)
    const given = Array.from(labels)
    return joined(await Promise.all(given.map((label, index) => engine.reconstruct(pictureAt(inputs, index), label))))
  }

  function take(frame: Frame): void {
    const { history, snapshots, samples, inputs, reconstructions, revision } = store.get()
    store.set({
      frame,
      losses: frame.loss,
      isUnsaved: true,
      history: frame.closesEpoch ? history : addLosses(history, frame.step, frame.loss),
      revision: revision + 1,
      samples: frame.samples ?? samples,
      inputs: frame.inputs ?? inputs,
      reconstructions: frame.reconstructions ?? reconstructions,
      ...(frame.plane && { snapshots: thinned([...snapshots, { plane: frame.plane }]) }),
    })
  }

  async function train(): Promise<void> {
    const model = models
    store.set({ phase: 'training', failure: undefined })
    try {
      await engine.train((frame) => model === models && take(frame))
      if (model !== models) return
      const { frame } = store.get()
      store.set({ phase: frame !== undefined && frame.step >= frame.steps ? 'done' : 'paused' })
      await refreshCard()
      await drawResults()
    } catch (error) {
      if (model !== models) return
      store.set({ phase: 'paused' })
      fail('Training stopped', error)
    }
  }

  function useLink(link: SettingsOfLink): void {
    try {
      const given = link()
      if (given) store.set({ settings: given, failure: undefined })
    } catch (error) {
      const { model, dataset, epochs } = store.get().settings
      const instead = `${titleOf(model)} on ${nameOfDataset[dataset]}, ${plural(epochs, 'epoch')}`
      fail(`The link was not understood. Training has these settings instead: ${instead}`, error)
    }
  }

  async function refreshCard(): Promise<void> {
    const card = await ask('The model was not described', () => engine.card())
    if (card) store.set({ card, revision: store.get().revision + 1 })
  }

  return {
    store,
    engine,
    ask,
    fail,
    label: () => (store.get().card?.can.label ? store.get().label : undefined),
    async findData() {
      try {
        store.set({ datasets: await engine.datasets() })
      } catch (error) {
        fail('The data was not found', error)
      }
    },
    useLink,
    async openPretrained(link = () => undefined) {
      useLink(link)
      await replace('The pretrained network was not opened', 'pretrained', () => engine.openPretrained())
    },
    async openFile(file) {
      if (store.get().phase === 'training') await engine.pause()
      await replace(`${file.name} was not opened`, 'file', async () =>
        engine.open(new Uint8Array(await file.arrayBuffer()), file.name),
      )
    },
    async save() {
      const { revision } = store.get()
      const bytes = await ask('The model was not saved', () => engine.save())
      if (bytes && store.get().revision === revision) store.set({ isUnsaved: false })
      return bytes
    },
    async trainFromScratch() {
      if (store.get().phase === 'training') await engine.pause()
      const { settings } = store.get()
      if (await replace('The network was not made', 'scratch', () => engine.create(settings))) await train()
    },
    resume: train,
    async pause() {
      await ask('Training was not paused', () => engine.pause())
    },
    async changed() {
      store.set({ isUnsaved: true })
      await refreshCard()
      const plane = await ask('The map was not drawn', () => engine.plane())
      if (plane) store.set({ snapshots: thinned([...store.get().snapshots, { plane }]) })
      await drawResults()
    },
  }
}

/** Samples and examples in view: as many as a frame has. */
const pictureCount = 12
