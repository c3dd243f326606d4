// The model that is open: on which backend it is, with which data, and what may happen to it when.
import { AutoencoderError, type Backend, DatasetError, type Json, selectBackend } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import type { Sampler } from '@ae/models'
import { cpu } from './cpu.ts'
import type { DatasetState } from './engine.ts'
import type { FirstView } from './first-view.ts'
import type { OpenedModel } from './opened-model.ts'
import type { FittedPlane } from './plane.ts'
import type { Run } from './run.ts'
import type { BackendName, Settings } from './settings.ts'
import type { DataSource } from './site-data.ts'

/** What an engine is made from. */
export interface EngineParts {
  readonly source: DataSource
  /** The backends by name. */
  backends(): Promise<Readonly<Record<BackendName, Backend>>>
  /** What the page opens with. */
  firstView(): Promise<FirstView>
}

/** Data, with the likelihood that suits them. */
export type Data = IndexedDataset & { readonly likelihood?: Json }

/** A model that is open, and what is known of it. */
export interface Opened {
  readonly model: OpenedModel
  readonly settings: Settings
  /** Training steps before any run here. */
  readonly step: number
  /** What the first view brings with it. */
  readonly first?: FirstView
  /** The file that a run goes on from. */
  readonly checkpoint?: Uint8Array
  data?: Data
  run?: Run
  /** The plane that was shown last. */
  plane?: FittedPlane
  /** What was fitted to the weights after so many steps. */
  fitted: {
    readonly step: number
    plane?: FittedPlane
    sampler?: Sampler
    readonly typical: Map<number | undefined, Float32Array>
  }
}

/** Holds one model; what changes it happens one after the other, while nothing trains. */
export class ModelHolder {
  readonly #parts: EngineParts
  #opened: Opened | undefined
  #active: BackendName | 'cpu' | undefined
  #queue: Promise<unknown> = Promise.resolve()
  /** The files that were chosen last. */
  own: (DatasetState & { readonly data: Data }) | undefined

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  /** The run of the open model, if it has one. */
  get run(): Run | undefined {
    return this.#opened?.run
  }

  /** The settings of the open model, if there is one. */
  get settings(): Settings | undefined {
    return this.#opened?.settings
  }

  /** Does what changes the model: after all that did before, with nothing in training. */
  alone<result>(task: () => Promise<result>): Promise<result> {
    const next = this.#queue.then(async () => {
      await this.#opened?.run?.pause()
      return task()
    })
    this.#queue = next.catch(() => {})
    return next
  }

  /** The open model, once everything that was asked for before is done. */
  async now(isWaiting = true): Promise<Opened> {
    if (isWaiting) await this.#queue
    if (this.#opened !== undefined) return this.#opened
    throw new AutoencoderError('No model is open.', { fix: 'call create(settings) or openPretrained() first' })
  }

  /** Takes the place of the model that was open. */
  replace(opened: Omit<Opened, 'fitted'>): void {
    this.#opened?.model.dispose()
    this.#opened = { ...opened, fitted: { step: opened.step, typical: new Map() } }
  }

  async activate(name: BackendName | 'cpu'): Promise<void> {
    if (this.#active === name) return
    await selectBackend(name === 'cpu' ? cpu : (await this.#parts.backends())[name])
    this.#active = name
  }

  /** For what selects another backend: the next one to activate is selected again. */
  leaveBackend(): void {
    this.#active = undefined
  }

  /** Makes a model on a backend; if that fails, the backend before is active again. */
  async on<result>(name: BackendName, make: () => Promise<result>): Promise<result> {
    const before = this.#active
    try {
      await this.activate(name)
      return await make()
    } catch (error) {
      if (before !== undefined) await this.activate(before)
      throw error
    }
  }

  /** The data that settings name. */
  async load({ dataset, examples }: Settings): Promise<Data> {
    if (dataset !== 'yours') return this.#parts.source.load(dataset, examples)
    if (this.own !== undefined) return Object.assign(this.own.data.take(examples), likelihoodOf(this.own.data))
    throw new DatasetError('You have not chosen pictures or rows yet.', {
      fix: 'choose your files first: useOwn(files); after a reload, choose them again',
    })
  }

  /** The data of the model, loaded when they are first asked for. */
  async dataOf(opened: Opened): Promise<Data> {
    opened.data ??= await this.load(opened.settings)
    return opened.data
  }

  /** The open model with its data and a run, on the backend of its settings. */
  async trainable(): Promise<Opened & { readonly run: Run; readonly data: Data }> {
    const { first } = await this.now(false)
    if (first !== undefined) await this.#leaveFirstView()
    const opened = await this.now(false)
    const { model, settings, step, checkpoint } = opened
    const [data, { Run }] = [await this.dataOf(opened), await import('./run.ts')]
    opened.run ??= new Run(model, data, settings, checkpoint && { bytes: checkpoint, step })
    return Object.assign(opened, { run: opened.run, data })
  }

  /** The model of the first view goes where models are trained. */
  async #leaveFirstView(): Promise<void> {
    const { model, settings } = await this.now(false)
    const { fileOf, noteSettings, openFile } = await import('./model-file.ts')
    const bytes = await fileOf(model, settings)
    const opened = await this.on(settings.backend, () => openFile(bytes, 'the pretrained network', settings))
    noteSettings(opened.model, settings)
    this.replace({ model: opened.model, settings, step: 0 })
  }

  /** What was fitted to the weights as they are. */
  fittedTo(opened: Opened): Opened['fitted'] {
    const step = opened.run?.step ?? opened.step
    if (opened.fitted.step !== step) opened.fitted = { step, typical: new Map() }
    return opened.fitted
  }
}

function likelihoodOf({ likelihood }: Data): Pick<Data, 'likelihood'> {
  return likelihood === undefined ? {} : { likelihood }
}
