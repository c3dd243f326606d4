// What passes between the part that speaks HTTP and the part that computes, which may be another thread: plain data.
import type { Shape } from '@ae/core'

/** What can be asked of a model. */
export const operations = ['sample', 'encode', 'decode', 'reconstruct', 'score'] as const

/** What can be asked of a model. */
export type Operation = (typeof operations)[number]

/** The formats of bodies, in the order of preference. */
const formats = ['json', 'npy', 'safetensors', 'png', 'jpeg'] as const

/** The format of a body. */
export type Format = (typeof formats)[number]

/** A request for a model, without what is HTTP's. */
export interface Job {
  readonly operation: Operation
  /** Empty if there is none. */
  readonly body: Uint8Array
  /** The format of the body; undefined if there is none. */
  readonly from: Format | undefined
  /** The format of the answer. */
  readonly to: Format
  /** The parameters of the address; the members of a JSON body come first. */
  readonly parameters: Readonly<Record<string, string>>
}

/** The answer to a job. */
export interface Reply {
  readonly status: number
  readonly contentType: string
  readonly body: Uint8Array<ArrayBuffer>
  /** How many examples were computed. */
  readonly rows: number
}

/** What is known of a model without asking it. */
export interface ModelCard {
  /** The name in addresses. */
  readonly name: string
  /** The name of its factory, e.g. `vae`; undefined for a model of your own without one. */
  readonly kind: string | undefined
  /** The shape of one example. */
  readonly inputShape: Shape
  /** The length of a code. */
  readonly codeSize: number
  /** What can be asked of it. */
  readonly operations: readonly Operation[]
  /** Why other operations cannot be asked of it. */
  readonly refusals: { readonly [operation in Operation]?: string | undefined }
  /** How many labels it has, if it needs one for each example. */
  readonly classes: number | undefined
  /** Their names. */
  readonly classNames: readonly string[] | undefined
  /** The kinds of the columns, if its examples are rows of a table. */
  readonly columns: Readonly<Record<string, string>> | undefined
  /** The score from which an example counts as an anomaly. */
  readonly threshold: number | undefined
}

/** What computes. */
export interface Engine {
  /** The models, by name; changes when a file is read again. */
  cards(): ReadonlyMap<string, ModelCard>
  /** Whether it can compute now. */
  isReady(): boolean
  /**
   * Answers jobs of one model in as few calls as possible. The answer to a job does not depend on the others.
   *
   * @returns one reply for each, in their order
   * @throws {EngineLostError} when whatever computes has stopped
   */
  run(model: string, jobs: readonly Job[]): Promise<readonly Reply[]>
}

/** What computes has stopped in the middle; it may be asked again later. */
export class EngineLostError extends Error {}

/** Whether examples of this shape are pictures. */
export function isPicture(shape: Shape): boolean {
  return shape.length === 2 || (shape.length === 3 && (shape[2] === 1 || shape[2] === 3))
}

/** The formats that an operation of a model takes; none if it needs no body. */
export function formatsInto({ inputShape }: ModelCard, operation: Operation): readonly Format[] {
  if (operation === 'sample') return ['json']
  const isExamples = operation !== 'decode'
  return isExamples && isPicture(inputShape) ? formats : ['json', 'npy', 'safetensors']
}

/** The formats that it gives. */
export function formatsOutOf({ inputShape }: ModelCard, operation: Operation): readonly Format[] {
  const isExamples = operation !== 'encode' && operation !== 'score'
  return isExamples && isPicture(inputShape) ? ['json', 'npy', 'safetensors', 'png'] : ['json', 'npy', 'safetensors']
}

/** The media type of a format. */
export const mediaTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  npy: 'application/x-npy',
  safetensors: 'application/x-safetensors',
  png: 'image/png',
  jpeg: 'image/jpeg',
}
