// The engine itself, in whatever thread it runs: what the page asks, answered by the open model. What only training needs is loaded by it.
import { load, memory } from '@ae/core'
import { vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import type { Codes, DatasetState, Engine, Frame, Pictures } from './engine.ts'
import { readExamples } from './examples.ts'
import { type EngineParts, ModelHolder, type Opened } from './model-holder.ts'
import { isConditional, type OpenedModel, viewOf } from './opened-model.ts'
import { pictureShape, tensorOf } from './pictures.ts'
import { plainSettings } from './plain-settings.ts'
import type { FittedPlane } from './plane.ts'
import * as queries from './queries.ts'
import { type BackendName, backendNames, type Settings } from './settings.ts'

/** How many examples say what scores are typical. */
const scored = 500

/** The engine without its Worker. A method that fails throws an error of `@ae/core`, and leaves the model as it was. */
export class LocalEngine implements Omit<Engine, 'dispose'> {
  readonly #parts: EngineParts
  readonly #held: ModelHolder

  constructor(parts: EngineParts) {
    this.#parts = parts
    this.#held = new ModelHolder(parts)
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
    const { data: _, ...own } = this.#held.own ?? {}
    return [...this.#parts.source.known, ...('name' in own ? [own as DatasetState] : [])]
  }

  measure(backend: BackendName) {
    return this.#held.alone(async () => {
      const { measure } = await import('./measure.ts')
      const backends = await this.#parts.backends()
      this.#held.leaveBackend()
      return measure(backends[backend])
    })
  }

  openPretrained() {
    return this.#held.alone(async () => {
      const first = await this.#parts.firstView()
      await this.#held.activate('cpu')
      const model = (await load(memory(first.model), vae)) as unknown as OpenedModel
      const { settings, trainedSteps } = first.card
      this.#held.replace({ model, settings, step: trainedSteps, first, plane: first.plane })
      return first.card
    })
  }

  async useOwn(files: readonly File[]) {
    const [{ readOwn }, { classesOf }] = await Promise.all([import('./own-data.ts'), import('./create-model.ts')])
    const { data, kind, problems, columns } = await readOwn(files)
    const facts = { count: data.size, shape: pictureShape(data.shape) }
    this.#held.own = { name: 'yours', ...facts, classes: classesOf(data.labels), data }
    return { kind, ...facts, problems, ...(columns && { columns }) }
  }

  create(settings: Settings) {
    return this.#held.alone(async () => {
      const [{ createModel }, { noteSettings }] = await Promise.all([
        import('./create-model.ts'),
        import('./model-file.ts'),
      ])
      const data = await this.#held.load(settings)
      const model = await this.#held.on(settings.backend, () => createModel(settings, data))
      noteSettings(model, settings)
      this.#held.replace({ model, settings, step: 0, data })
      return this.#cardOf(await this.#held.now(false))
    })
  }

  async train(onFrame: (frame: Frame) => void) {
    const { training } = await this.#held.alone(async () => ({ training: await this.#start(onFrame) }))
    await training()
  }

  async pause() {
    await this.#held.run?.pause()
  }

  step() {
    return this.#held.alone(async () => {
      const { model, settings, run } = await this.#held.trainable()
      const { explainedStep } = await import('./explained-step.ts')
      return explainedStep(model, run, settings)
    })
  }

  async card() {
    return this.#cardOf(await this.#held.now())
  }

  async sample(count: number, seed: number, label?: number) {
    const opened = await this.#held.now()
    const { model } = opened
    const { fitSampler, samplesOf } = await import('./samples.ts')
    if (isConditional(model) || viewOf(model).sample) return samplesOf(model, undefined, count, { seed }, label)
    const fitted = this.#held.fittedTo(opened)
    fitted.sampler ??= await fitSampler(model, await this.#held.dataOf(opened))
    return samplesOf(model, fitted.sampler, count, { seed })
  }

  async encode(pictures: Pictures, label?: number) {
    return queries.encode((await this.#held.now()).model, pictures, label)
  }

  async decode(codes: Codes, label?: number) {
    return queries.decode((await this.#held.now()).model, codes, label)
  }

  async reconstruct(pictures: Pictures, label?: number) {
    return queries.reconstruct((await this.#held.now()).model, pictures, label)
  }

  async denoise(pictures: Pictures, amount: number, label?: number) {
    return queries.denoise((await this.#held.now()).model, pictures, amount, label)
  }

  async interpolate(from: Pictures, to: Pictures, steps: number, label?: number) {
    return queries.walk((await this.#held.now()).model, from, to, steps, label)
  }

  async discreteCodes(pictures: Pictures) {
    return queries.discreteCodes((await this.#held.now()).model, pictures)
  }

  async decodeDiscrete(indices: Int32Array) {
    return queries.decodeDiscrete((await this.#held.now()).model, indices)
  }

  async score(pictures: Pictures, label?: number) {
    const opened = await this.#held.now()
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
    const { typical } = this.#held.fittedTo(opened)
    if (!typical.has(label)) {
      const data =
        first?.typical ?? (await scores((await readExamples(await this.#held.dataOf(opened), scored)).pictures)).sort()
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
    return (await this.#plane(await this.#held.now())).plane
  }

  async decodePlane(points: Float32Array, label?: number) {
    const opened = await this.#held.now()
    const { toCodes } = opened.plane ?? (await this.#plane(opened))
    const { codeSize } = viewOf(opened.model)
    return queries.decode(opened.model, { values: toCodes(points), count: points.length / 2, size: codeSize }, label)
  }

  async projectToPlane({ values }: Codes) {
    const opened = await this.#held.now()
    return (opened.plane ?? (await this.#plane(opened))).toPoints(values)
  }

  async examples(count: number, from = 0) {
    const opened = await this.#held.now()
    const { first } = opened
    if (first === undefined || from + count > first.examples.pictures.count) {
      return readExamples(await this.#held.dataOf(opened), count, from)
    }
    const { pictures, labels } = first.examples
    const size = pictures.values.length / pictures.count
    const values = pictures.values.slice(from * size, (from + count) * size)
    return { pictures: { ...pictures, values, count }, ...(labels && { labels: labels.slice(from, from + count) }) }
  }

  async save() {
    const { model, settings, run, checkpoint } = await this.#held.now()
    const { fileOf } = await import('./model-file.ts')
    return (await run?.checkpoint()) ?? checkpoint ?? fileOf(model, settings)
  }

  open(bytes: Uint8Array, name = 'the file') {
    return this.#held.alone(async () => {
      const { openFile } = await import('./model-file.ts')
      const { backend } = this.#held.settings ?? plainSettings
      const { model, settings, step, isRun } = await this.#held.on(backend, () =>
        openFile(bytes, name, { ...plainSettings, backend }),
      )
      this.#held.replace({ model, settings, step, ...(isRun && { checkpoint: bytes }) })
      return this.#cardOf(await this.#held.now(false))
    })
  }

  async exportOnnx(part: 'encoder' | 'decoder' | 'autoencoder' = 'decoder') {
    const { model } = await this.#held.now()
    const { exportOnnx } = await import('@ae/formats')
    return exportOnnx(model, { part })
  }

  /** Starts a training; what it returns waits for its end. */
  async #start(onFrame: (frame: Frame) => void): Promise<() => Promise<void>> {
    const { framesOf } = await import('./frames.ts')
    const opened = await this.#held.trainable()
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
    const fitted = this.#held.fittedTo(opened)
    if (fitted.plane === undefined) {
      const { fitPlane } = await import('./plane.ts')
      const passed = epoch ?? Math.floor((run?.step ?? 0) / (run?.stepsPerEpoch ?? 1))
      fitted.plane = await fitPlane(model, await this.#held.dataOf(opened), passed, opened.plane)
    }
    opened.plane = fitted.plane
    return fitted.plane
  }

  async #cardOf({ model, settings, step, run, first }: Opened) {
    if (first !== undefined) return first.card
    const { modelCard } = await import('./model-card.ts')
    return modelCard(model, settings, run?.step ?? step)
  }
}
