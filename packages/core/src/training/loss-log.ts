// Loss values come off the device rarely and in bulk: no batch waits for a read.
import * as tf from '@tensorflow/tfjs-core'
import { readTensors } from '../backend/backend-loss.ts'
import type { LossValues } from './epoch.ts'
import type { MeasuredTerms } from './terms.ts'

/** Which batch a measurement belongs to. */
interface Batch {
  /** Counted from 1. */
  readonly epoch: number
  /** Optimiser steps made before it. */
  readonly step: number
  /** Its number of examples. */
  readonly count: number
}

type Entry = Batch & MeasuredTerms

/** A term that is not finite, and the step it was measured in. */
export interface BadTerm extends Pick<Batch, 'step' | 'epoch'> {
  readonly term: string
  readonly value: number
}

/** What batches add up to. */
export interface LossSums {
  /** Over examples, by term, and of `total`. */
  readonly sums: Readonly<Record<string, number>>
  /** How many examples. */
  readonly count: number
}

/** Collects the terms of batches on the device and averages them over examples when read. */
export class LossLog {
  /** The mean of the batches last read, if any were. */
  latest: LossValues | undefined
  /** The weights of the terms that were added last. */
  weights: MeasuredTerms['weights'] = {}
  readonly #diverged: (bad: BadTerm) => Promise<Error>
  #entries: Entry[] = []
  #reading: Promise<void> = Promise.resolve()
  #failure: unknown
  #sums: Record<string, number> = {}
  #count = 0

  /** @param diverged the error for a value that is not finite */
  constructor(diverged: (bad: BadTerm) => Promise<Error>) {
    this.#diverged = diverged
  }

  /** The number of batches not yet sent for. */
  get pending(): number {
    return this.#entries.length
  }

  /** Adds a batch; its scalars are the log's from now on. */
  add(batch: Batch, terms: MeasuredTerms): void {
    this.#entries.push({ ...batch, ...terms })
    this.weights = { ...terms.weights, ...terms.others }
  }

  /** Sends for all pending batches and waits until they are read. */
  async flush(): Promise<void> {
    await this.send()
    await this.#reading
    this.#throwIfDiverged()
  }

  /** Sends for all pending batches, waiting only for a former read that is still under way. */
  async send(): Promise<void> {
    await this.#reading
    this.#throwIfDiverged()
    this.#startRead()
  }

  /** What was read since the last call of `mean`. */
  get partial(): LossSums {
    return { sums: { ...this.#sums }, count: this.#count }
  }

  /** Goes on from what another log has read. */
  restore({ sums, count }: LossSums): void {
    this.#sums = { ...sums }
    this.#count = count
  }

  /** The mean over all examples read since the last call. */
  mean(): LossValues {
    const mean = divide(this.#sums, this.#count)
    this.#sums = {}
    this.#count = 0
    return mean
  }

  /** Waits for a read under way and releases what was not sent for. */
  async settle(): Promise<void> {
    await this.#reading
    for (const { means } of this.#entries) tf.dispose({ ...means })
    this.#entries = []
  }

  #throwIfDiverged(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  #startRead(): void {
    const entries = this.#entries
    if (entries.length === 0) return
    this.#entries = []
    const scalars = entries.flatMap(({ means }) => Object.values(means))
    const stacked = tf.tidy(() => tf.stack(scalars)) // [batches * terms]
    tf.dispose(scalars)
    this.#reading = readTensors([stacked])
      .then(([values]) => this.#take(entries, values as Float32Array))
      .catch((error) => {
        this.#failure ??= error
      })
      .finally(() => stacked.dispose())
  }

  async #take(entries: readonly Entry[], values: Float32Array): Promise<void> {
    let bad: BadTerm | undefined
    const sums: Record<string, number> = {}
    let count = 0
    let at = 0
    // Batch by batch into the sums of all: they must not depend on how many batches one read brought.
    const add = (name: string, value: number) => {
      sums[name] = (sums[name] ?? 0) + value
      this.#sums[name] = (this.#sums[name] ?? 0) + value
    }
    for (const entry of entries) {
      let total = 0
      for (const term of Object.keys(entry.means)) {
        const value = values[at++] as number
        total += (entry.weights[term] ?? 0) * value
        add(term, value * entry.count)
        if (!Number.isFinite(value)) bad ??= { step: entry.step, epoch: entry.epoch, term, value }
      }
      add('total', total * entry.count)
      count += entry.count
    }
    this.latest = divide(sums, count)
    this.#count += count
    if (bad && this.#failure === undefined) this.#failure = await this.#diverged(bad)
  }
}

function divide(sums: Readonly<Record<string, number>>, count: number): LossValues {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count])) as LossValues
}
