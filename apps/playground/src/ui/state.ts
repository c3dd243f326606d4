// What the page knows: plain data that its panels watch.
import type { DatasetState, Frame, ModelCard, Pictures, Plane } from '../engine/engine.ts'
import type { Settings } from '../engine/settings.ts'
import type { Failure } from './foundation/failure.ts'
import type { LossHistory } from './training/loss-history.ts'

/** The latent plane at one moment of training. `tiles` are decoded points of a grid over its extent. */
export interface Snapshot {
  readonly plane: Plane
  readonly tiles?: Tiles
}

/** Decoded points of a square grid, row by row from the top left. */
export interface Tiles {
  readonly pictures: Pictures
  readonly perSide: number
}

/** The state of the page. */
export interface State {
  /** What the engine is busy with. */
  readonly phase: 'opening' | 'ready' | 'making' | 'training' | 'paused' | 'done'
  /** Where the weights come from. */
  readonly origin: 'pretrained' | 'scratch' | 'file'
  /** The model at hand; undefined until one is open. */
  readonly card: ModelCard | undefined
  /** Which model this is, counted from 1; 0 before the first. */
  readonly model: number
  /** What the next training will use. */
  readonly settings: Settings
  /** Rises whenever the weights change. */
  readonly revision: number
  readonly frame: Frame | undefined
  /** The newest value of each term; undefined until something was measured. */
  readonly losses: Readonly<Record<string, number>> | undefined
  readonly history: LossHistory
  readonly snapshots: readonly Snapshot[]
  /** The snapshot that the map shows; undefined means the newest. */
  readonly shown: number | undefined
  /** The point on the plane that is decoded. */
  readonly point: readonly [number, number]
  readonly samples: Pictures | undefined
  readonly inputs: Pictures | undefined
  readonly reconstructions: Pictures | undefined
  /** One picture that the visitor drew or picked, in the shape of the data. */
  readonly drawing: Pictures | undefined
  /** What there is to learn; empty until it is known. */
  readonly datasets: readonly DatasetState[]
  /** The label that goes with the drawing and the map, where the model takes one. */
  readonly label: number
  readonly failure: Failure | undefined
  /** Whether closing the page would lose training steps. */
  readonly isUnsaved: boolean
}

/** The shape of an example: `[height, width, channels]`. */
export type PictureShape = ModelCard['shape']

/** What a new model begins with. */
export const fresh = {
  frame: undefined,
  losses: undefined,
  history: { steps: [], terms: {} },
  snapshots: [],
  shown: undefined,
  samples: undefined,
  inputs: undefined,
  reconstructions: undefined,
  drawing: undefined,
  isUnsaved: false,
} satisfies Partial<State>

/** How many moments of training the slider of epochs can go back to. */
const mostSnapshots = 60

/** Every other of the older half, once there are too many. */
export function thinned(snapshots: readonly Snapshot[]): readonly Snapshot[] {
  if (snapshots.length <= mostSnapshots) return snapshots
  const half = snapshots.length >> 1
  return snapshots.filter((_, index) => index >= half || index % 2 === 0)
}
