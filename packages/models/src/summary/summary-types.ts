// What summaries of models consist of: plain values.
import type { Notes, Shape } from '@ae/core'

/** A layer of a model. */
export interface LayerSummary {
  /** The beginning of its tensors' names, e.g. `encoder.0`. */
  readonly name: string
  /** What it does; `custom` for a function of yours, `values` for what is no layer, such as a codebook. */
  readonly type: 'dense' | 'convolution' | 'transposedConvolution' | 'resizedConvolution' | 'custom' | 'values'
  /** The shape of one output, without the batch axis; undefined where names and options do not say. */
  readonly outputShape: Shape | undefined
  /** How many numbers its tensors hold. */
  readonly parameters: number
}

/** What `summary` gives. `String(...)` of it is a table to print; as JSON it is its members. */
export interface ModelSummary {
  /** The kind of the model, e.g. `vae`. */
  readonly kind: string
  /** The kind of the model that it wraps; undefined if it wraps none. */
  readonly wraps: string | undefined
  /** The shape of one example; undefined where the model does not say. */
  readonly inputShape: Shape | undefined
  /** The kind of its likelihood, e.g. `bernoulli`; undefined where the model does not say. */
  readonly likelihood: string | undefined
  /** Its layers in their order. */
  readonly layers: readonly LayerSummary[]
  /** How many numbers it holds: weights, and what the model moves itself, such as running statistics. */
  readonly parameters: number
  /** How many of them have each type, by the names of files, e.g. `{ F32: 79510 }`. */
  readonly dtypes: Readonly<Record<string, number>>
  /** Optimiser steps of the run that trained it last; 0 if none did. */
  readonly trainedSteps: number
  /** Its notes; see `notesOf`. */
  readonly notes: Notes
  /** The table as text, of several lines: safe to print, whoever wrote the file. */
  toString(): string
}

/** Where the run stood that wrote a checkpoint. */
export interface RunSummary {
  /** Epochs done. */
  readonly epoch: number
  /** Optimiser steps made. */
  readonly step: number
  /** The seed of the run. */
  readonly seed: number
  /** Examples a step. */
  readonly batchSize: number
  /** The optimiser's kind, e.g. `adam`. */
  readonly optimizer: string
  /** What it is trained on. */
  readonly data: {
    /** The data's name, where the file says. */
    readonly name: string | undefined
    /** How many examples they have, where the file says. */
    readonly size: number | undefined
  }
  /** The names of the objective's terms. */
  readonly terms: readonly string[]
}

/** What `inspect` gives. `String(...)` of it is a table to print; as JSON it is its members. */
export interface Inspection extends ModelSummary {
  /** The name of the store. */
  readonly source: string
  /** What the model was trained on, where the file says. */
  readonly dataset: string | undefined
  /** The version of the library that wrote the file, where the file says. */
  readonly library: string | undefined
  /** The run that wrote it, if it is a checkpoint of `train`. */
  readonly run: RunSummary | undefined
}
