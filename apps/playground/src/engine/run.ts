// The training of one model: it can be paused, asked for a checkpoint, and made to take a single step, and is in the end the same as
// one call of `train` that was never interrupted.
import {
  type Batch,
  checkpointEvery,
  type Dataset,
  type Epoch,
  memory,
  type Progress,
  type Trace,
  type Trainable,
  train,
} from '@ae/core'
import { type IndexedDataset, type LabelledDataset, withLabels } from '@ae/datasets'
import { pretrain, type StackedAutoencoder } from '@ae/models'
import { isConditional, type OpenedModel } from './opened-model.ts'
import { pretrainingEpochs } from './pretraining.ts'
import type { Settings } from './settings.ts'

/** What a run reports. */
export interface RunListeners {
  /** After each batch; the training waits for nothing. */
  onProgress(progress: Progress & { readonly steps: number }): void
  /** After each epoch; the training waits. */
  onEpoch(epoch: Epoch<string>, progress: { readonly steps: number }): Promise<void>
}

/** A model in training. It borrows model and data. */
export class Run {
  readonly data: Dataset<Batch>
  readonly #model: OpenedModel
  readonly #settings: Settings
  readonly #store
  readonly #pretrained = memory()
  #epochs: number
  #step: number
  #hasCheckpoint: boolean
  #abort: AbortController | undefined
  #hasPretrained = false
  #isPretrained = false
  #isPaused = false
  /** Who waits for a checkpoint while the training goes on. */
  #waiting: (() => void)[] = []
  #training: Promise<void> | undefined

  /**
   * @param checkpoint the file that the run goes on from, and the steps that it holds
   */
  constructor(
    model: OpenedModel,
    data: IndexedDataset,
    settings: Settings,
    checkpoint?: { readonly bytes: Uint8Array; readonly step: number },
  ) {
    this.#model = model
    this.#settings = settings
    this.#store = memory(checkpoint?.bytes)
    this.#hasCheckpoint = checkpoint !== undefined
    this.#step = checkpoint?.step ?? 0
    this.#epochs = settings.epochs
    this.data = isConditional(model) ? withLabels(data as LabelledDataset) : data
  }

  /** Training steps made. */
  get step(): number {
    return this.#step
  }

  /** Training steps of an epoch. */
  get stepsPerEpoch(): number {
    const { batchSize } = this.#settings
    const rest = this.data.size % batchSize
    const isLeftOut = rest > 0 && rest < (this.#model.minimumBatch ?? 1)
    return Math.ceil(this.data.size / batchSize) - (isLeftOut ? 1 : 0)
  }

  /** Training steps when all epochs are done. */
  get steps(): number {
    return this.#epochs * this.stepsPerEpoch
  }

  /** Trains until the epochs are done or `pause` is called; when all were done before, as many epochs more. */
  async train(listeners: RunListeners): Promise<void> {
    if (this.#step >= this.steps) this.#epochs += this.#settings.epochs
    this.#isPaused = false
    const training = this.#whole(listeners)
    this.#training = training.catch(() => {})
    try {
      await training
    } finally {
      this.#training = undefined
    }
  }

  /** Resolves when nothing trains. */
  async pause(): Promise<void> {
    this.#isPaused = true
    this.#abort?.abort()
    await this.#training
  }

  /** Does what comes before the first step. */
  async prepare(): Promise<void> {
    await this.#pretrain(() => {})
  }

  /** One step of the training. */
  async advance(): Promise<void> {
    if (this.#step >= this.steps) this.#epochs++
    await this.prepare()
    await this.#segment({ onProgress: () => this.#abort?.abort(), onEpoch: async () => {} })
  }

  /**
   * The file of the model as it is, from which the training can go on; undefined if no step was made. A training under way goes on.
   */
  async checkpoint(): Promise<Uint8Array | undefined> {
    if (this.#training !== undefined) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
        this.#abort?.abort()
      })
    }
    return this.#hasCheckpoint ? this.#store.read() : undefined
  }

  async #whole(listeners: RunListeners): Promise<void> {
    const onPretraining = (progress: Progress) => listeners.onProgress({ ...progress, epoch: 0, steps: this.steps })
    try {
      for (let isDone = false; !isDone && !this.#isPaused; ) {
        isDone = (await this.#pretrain(onPretraining)) && (await this.#segment(listeners))
        this.#serveWaiting()
      }
    } finally {
      this.#serveWaiting()
    }
  }

  #serveWaiting(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  /** Trains until the epochs are done; false if it was aborted before. */
  #segment({ onProgress, onEpoch }: RunListeners): Promise<boolean> {
    const { batchSize, learningRate, seed } = this.#settings
    return this.#until(async (signal) => {
      const model = this.#model as unknown as Trainable<Trace, string, Batch>
      const epochs = train<Trace, string, string, Batch>(model, this.data, {
        epochs: this.#epochs,
        batchSize,
        learningRate,
        seed,
        signal,
        checkpoint: checkpointEvery(this.#store, onlyWhenAborted),
        ...(this.#hasCheckpoint && { resume: this.#store }),
        onCheckpoint: () => {
          this.#hasCheckpoint = true
        },
        onProgress: (progress) => {
          this.#step = progress.step
          onProgress({ ...progress, steps: this.steps })
        },
      })
      for await (const epoch of epochs) await onEpoch(epoch, { steps: this.steps })
    })
  }

  /** Layer by layer, before the first step, of the one model that wants it; false if it was aborted. */
  async #pretrain(onProgress: (progress: Progress) => void): Promise<boolean> {
    if (this.#model.kind !== 'stackedAutoencoder' || this.#step > 0 || this.#isPretrained) return true
    const { batchSize, learningRate, seed } = this.#settings
    this.#isPretrained = await this.#until(async (signal) => {
      const checkpoint = checkpointEvery(this.#pretrained, onlyWhenAborted)
      const resume = this.#hasPretrained && { resume: this.#pretrained }
      const onCheckpoint = () => {
        this.#hasPretrained = true
      }
      const given = { epochs: pretrainingEpochs, batchSize, learningRate, seed, signal, checkpoint, ...resume }
      const model = this.#model as unknown as StackedAutoencoder
      for await (const _ of pretrain(model, this.data as Dataset, { ...given, onCheckpoint, onProgress }));
    })
    return this.#isPretrained
  }

  /** Works until the work is done, or the run's signal aborts it; then false. */
  async #until(work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const abort = new AbortController()
    this.#abort = abort
    try {
      await work(abort.signal)
      return true
    } catch (error) {
      if (!abort.signal.aborted) throw error
      return false
    } finally {
      this.#abort = undefined
    }
  }
}

const onlyWhenAborted = { epochs: Number.MAX_SAFE_INTEGER, onAbort: true }
