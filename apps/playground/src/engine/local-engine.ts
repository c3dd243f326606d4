// The engine itself, in whatever thread it runs: one model, its data and its training. What only training needs is loaded by it.
import { AutoencoderError, type Backend, DatasetError, type Json, load, memory, selectBackend } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { type Sampler, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { cpu } from './cpu.ts'
import type { Codes, DatasetState, Engine, Frame, Pictures } from './engine.ts'
import { readExamples } from './examples.ts'
import type { FirstView } from './first-view.ts'
import { isConditional, type OpenedModel, viewOf } from './opened-model.ts'
import { pictureShape, tensorOf } from './pictures.ts'
import { plainSettings } from './plain-settings.ts'
import type { FittedPlane } from './plane.ts'
import * as queries from './queries.ts'
import type { Run } from './run.ts'
import { type BackendName, backendNames, type Settings } from './settings.ts'
import type { DataSource } from './site-data.ts'

/** What an engine is made from. */
export interface EngineParts {
  readonly source: DataSource
  /** The backends by name. */
  backends(): Promise<Readonly<Record<BackendName, Backend>>>
  /** What the page opens with. */
  firstView(): Promise<FirstView>
}

type Data = IndexedDataset & { readonly likelihood?: Json }

/** A model that is open, and what is known of it. */
interface Opened {
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

/** How many examples say what scores are typical. */
const scored = 500

/** The engine without its Worker. A method that fails throws an error of `@ae/core`, and leaves the model as it was. */
export class LocalEngine implements Omit<Engine, 'dispose'> {
  readonly #parts: EngineParts
  #opened: Opened | undefined
  #own: (DatasetState & { readonly data: Data }) | undefined
  #active: BackendName | 'cpu' | undefined
  /** What changes the model happens one after the other, while nothing trains. */
  #queue: Promise<unknown> = Promise.resolve()

  constructor(parts: EngineParts) {
    this.#parts = parts
  }

  async backends() {
    const backends = await this.#parts.backends()
    return Promise.all(
      backendNames.map(async (name) => {
        const found = await backends[name].isAvailable()
        if (!found.ok) return { name, available: false, reason: found.reason }
        const threads = / (\d+) threads?$/.exec(found.device)?.[1]
        return { name, available: true, ...(threads !== undefined && { threads: Number(threads) }) }
      }),
    )
  }

  async datasets() {
    const { data: _, ...own } = this.#own ?? {}
    return [...this.#parts.source.known, ...('name' in own ? [own as DatasetState] : [])]
  }

  measure(backend: BackendName) {
    return this.#alone(async () => {
      const { measure } = await import('./measure.ts')
      const backends = await this.#parts.backends()
      this.#active = undefined
      return measure(backends[backend])
    })
  }

  openPretrained() {
    return this.#alone(async () => {
      const first = await this.#parts.firstView()
      await this.#activate('cpu')
      const model = (await load(memory(first.model), vae)) as unknown as OpenedModel
      const { settings, trainedSteps } = first.card
      this.#replace({ model, settings, step: trainedSteps, first, plane: first.plane })
      return first.card
    })
  }

  async useOwn(files: readonly File[]) {
    const [{ readOwn }, { classesOf }] = await Promise.all([import('./own-data.ts'), import('./create-model.ts')])
    const { data, kind, problems, columns } = await readOwn(files)
    const facts = { count: data.size, shape: pictureShape(data.shape) }
    this.#own = { name: 'yours', ...facts, classes: classesOf(data.labels), data }
    return { kind, ...facts, problems, ...(columns && { columns }) }
  }

  create(settings: Settings) {
    return this.#alone(async () => {
      const [{ createModel }, { noteSettings }] = await Promise.all([
        import('./create-model.ts'),
        import('./model-file.ts'),
      ])
      const data = await this.#load(settings)
      const model = await this.#on(settings.backend, () => createModel(settings, data))
      noteSettings(model, settings)
      this.#replace({ model, settings, step: 0, data })
      return this.#cardOf(await this.#now(false))
    })
  }

  async train(onFrame: (frame: Frame) => void) {
    const { training } = await this.#alone(async () => ({ training: await this.#start(onFrame) }))
    await training()
  }

  async pause() {
    await this.#opened?.run?.pause()
  }

  step() {
    return this.#alone(async () => {
      const { model, settings, run } = await this.#trainable()
      const { explainedStep } = await import('./explained-step.ts')
      return explainedStep(model, run, settings)
    })
  }

  async card() {
    return this.#cardOf(await this.#now())
  }

  async sample(count: number, seed: number, label?: number) {
    const opened = await this.#now()
    const { model } = opened
    const { fitSampler, samplesOf } = await import('./samples.ts')
    if (isConditional(model) || viewOf(model).sample) return samplesOf(model, undefined, count, { seed }, label)
    const fitted = this.#fittedTo(opened)
    fitted.sampler ??= await fitSampler(model, await this.#dataOf(opened))
    return samplesOf(model, fitted.sampler, count, { seed })
  }

  async encode(pictures: Pictures, label?: number) {
    return queries.encode((await this.#now()).model, pictures, label)
  }

  async decode(codes: Codes, label?: number) {
    return queries.decode((await this.#now()).model, codes, label)
  }

  async reconstruct(pictures: Pictures, label?: number) {
    return queries.reconstruct((await this.#now()).model, pictures, label)
  }

  async denoise(pictures: Pictures, amount: number, label?: number) {
    return queries.denoise((await this.#now()).model, pictures, amount, label)
  }

  async interpolate(from: Pictures, to: Pictures, steps: number, label?: number) {
    return queries.walk((await this.#now()).model, from, to, steps, label)
  }

  async discreteCodes(pictures: Pictures) {
    return queries.discreteCodes((await this.#now()).model, pictures)
  }

  async decodeDiscrete(indices: Int32Array) {
    return queries.decodeDiscrete((await this.#now()).model, indices)
  }

  async score(pictures: Pictures, label?: number) {
    const opened = await this.#now()
    const { model, first } = opened
    const view = viewOf(model, label)
    const { score } = await import('@ae/metrics')
    const scores = async (pictures: Pictures) => {
      const x = tf.tidy(() => tensorOf('score', pictures, model.inputShape))
      try {
        return await score(view, x)
      } finally {
        x.dispose()
      }
    }
    const values = await scores(pictures)
    const { typical } = this.#fittedTo(opened)
    if (!typical.has(label)) {
      const data =
        first?.typical ?? (await scores((await readExamples(await this.#dataOf(opened), scored)).pictures)).sort()
      typical.set(label, data)
    }
    return {
      values,
      kind: view.posterior ? ('negative ELBO' as const) : ('reconstruction' as const),
      unit: model.likelihood.kind === 'squaredError' ? ('squared error' as const) : ('nats' as const),
      typical: typical.get(label) ?? new Float32Array(),
    }
  }

  async plane() {
    return (await this.#plane(await this.#now())).plane
  }

  async decodePlane(points: Float32Array, label?: number) {
    const opened = await this.#now()
    const { toCodes } = opened.plane ?? (await this.#plane(opened))
    const { codeSize } = viewOf(opened.model)
    return queries.decode(opened.model, { values: toCodes(points), count: points.length / 2, size: codeSize }, label)
  }

  async projectToPlane({ values }: Codes) {
    const opened = await this.#now()
    return (opened.plane ?? (await this.#plane(opened))).toPoints(values)
  }

  async examples(count: number, from = 0) {
    const opened = await this.#now()
    const { first } = opened
    if (first === undefined || from + count > first.examples.pictures.count) {
      return readExamples(await this.#dataOf(opened), count, from)
    }
    const { pictures, labels } = first.examples
    const size = pictures.values.length / pictures.count
    const values = pictures.values.slice(from * size, (from + count) * size)
    return { pictures: { ...pictures, values, count }, ...(labels && { labels: labels.slice(from, from + count) }) }
  }

  async save() {
    const { model, settings, run, checkpoint } = await this.#now()
    const { fileOf } = await import('./model-file.ts')
    return (await run?.checkpoint()) ?? checkpoint ?? fileOf(model, settings)
  }

  open(bytes: Uint8Array, name = 'the file') {
    return this.#alone(async () => {
      const { openFile } = await import('./model-file.ts')
      const { backend } = this.#opened?.settings ?? plainSettings
      const { model, settings, step, isRun } = await this.#on(backend, () =>
        openFile(bytes, name, { ...plainSettings, backend }),
      )
      this.#replace({ model, settings, step, ...(isRun && { checkpoint: bytes }) })
      return this.#cardOf(await this.#now(false))
    })
  }

  async exportOnnx(part: 'encoder' | 'decoder' | 'autoencoder' = 'decoder') {
    const { model } = await this.#now()
    const { exportOnnx } = await import('@ae/formats')
    return exportOnnx(model, { part })
  }

  /** Does what changes the model: after all that did before, with nothing in training. */
  #alone<result>(task: () => Promise<result>): Promise<result> {
    const next = this.#queue.then(async () => {
      await this.#opened?.run?.pause()
      return task()
    })
    this.#queue = next.catch(() => {})
    return next
  }

  /** The open model, once everything that was asked for before is done. */
  async #now(isWaiting = true): Promise<Opened> {
    if (isWaiting) await this.#queue
    if (this.#opened !== undefined) return this.#opened
    throw new AutoencoderError('No model is open.', { fix: 'call create(settings) or openPretrained() first' })
  }

  #replace(opened: Omit<Opened, 'fitted'>): void {
    this.#opened?.model.dispose()
    this.#opened = { ...opened, fitted: { step: opened.step, typical: new Map() } }
  }

  async #activate(name: BackendName | 'cpu'): Promise<void> {
    if (this.#active === name) return
    await selectBackend(name === 'cpu' ? cpu : (await this.#parts.backends())[name])
    this.#active = name
  }

  /** Makes a model on a backend; if that fails, the backend before is active again. */
  async #on<result>(name: BackendName, make: () => Promise<result>): Promise<result> {
    const before = this.#active
    try {
      await this.#activate(name)
      return await make()
    } catch (error) {
      if (before !== undefined) await this.#activate(before)
      throw error
    }
  }

  async #load({ dataset, examples }: Settings): Promise<Data> {
    if (dataset !== 'yours') return this.#parts.source.load(dataset, examples)
    if (this.#own !== undefined) return Object.assign(this.#own.data.take(examples), likelihoodOf(this.#own.data))
    throw new DatasetError('You have not chosen pictures or rows yet.', {
      fix: 'choose your files first: useOwn(files); after a reload, choose them again',
    })
  }

  async #dataOf(opened: Opened): Promise<Data> {
    opened.data ??= await this.#load(opened.settings)
    return opened.data
  }

  /** The open model with its data and a run, on the backend of its settings. */
  async #trainable(): Promise<Opened & { readonly run: Run; readonly data: Data }> {
    const { first } = await this.#now(false)
    if (first !== undefined) await this.#leaveFirstView()
    const opened = await this.#now(false)
    const { model, settings, step, checkpoint } = opened
    const [data, { Run }] = [await this.#dataOf(opened), await import('./run.ts')]
    opened.run ??= new Run(model, data, settings, checkpoint && { bytes: checkpoint, step })
    return Object.assign(opened, { run: opened.run, data })
  }

  /** The model of the first view goes where models are trained. */
  async #leaveFirstView(): Promise<void> {
    const { model, settings } = await this.#now(false)
    const { fileOf, noteSettings, openFile } = await import('./model-file.ts')
    const bytes = await fileOf(model, settings)
    const opened = await this.#on(settings.backend, () => openFile(bytes, 'the pretrained network', settings))
    noteSettings(opened.model, settings)
    this.#replace({ model: opened.model, settings, step: 0 })
  }

  /** Starts a training; what it returns waits for its end. */
  async #start(onFrame: (frame: Frame) => void): Promise<() => Promise<void>> {
    const { framesOf } = await import('./frames.ts')
    const opened = await this.#trainable()
    const { model, data, run } = opened
    let failure: { readonly error: unknown } | undefined
    const frames = await framesOf({
      model,
      data,
      onFrame,
      fitPlane: (epoch) => this.#plane(opened, epoch),
      onFailure: (error) => {
        failure = { error }
        void run.pause()
      },
    })
    const outcome = run.train(frames).then(
      () => failure,
      (error) => ({ error }),
    )
    return async () => {
      const failed = await outcome
      await frames.settle()
      if (failed !== undefined) throw failed.error
    }
  }

  /** The plane of the weights as they are. */
  async #plane(opened: Opened, epoch?: number): Promise<FittedPlane> {
    const { model, first, run } = opened
    if (first !== undefined) return first.plane
    const fitted = this.#fittedTo(opened)
    if (fitted.plane === undefined) {
      const { fitPlane } = await import('./plane.ts')
      const passed = epoch ?? Math.floor((run?.step ?? 0) / (run?.stepsPerEpoch ?? 1))
      fitted.plane = await fitPlane(model, await this.#dataOf(opened), passed, opened.plane)
    }
    opened.plane = fitted.plane
    return fitted.plane
  }

  #fittedTo(opened: Opened): Opened['fitted'] {
    const step = opened.run?.step ?? opened.step
    if (opened.fitted.step !== step) opened.fitted = { step, typical: new Map() }
    return opened.fitted
  }

  async #cardOf({ model, settings, step, run, first }: Opened) {
    if (first !== undefined) return first.card
    const { modelCard } = await import('./model-card.ts')
    return modelCard(model, settings, run?.step ?? step)
  }
}

function likelihoodOf({ likelihood }: Data): Pick<Data, 'likelihood'> {
  return likelihood === undefined ? {} : { likelihood }
}
