// What a page and its training worker ask of each other.
import type {
  BackendReport,
  BatchOptions,
  CheckpointPlan,
  CheckpointReport,
  Dataset,
  Epoch,
  Progress,
  Shape,
  ValidateOptions,
} from '@ae/core'
import type { Moved } from './calls.ts'
import type { CrossingError } from './crossing-error.ts'

/** What the worker serves to the page. */
export interface WorkerSide {
  /** Selects a backend and creates the model; the answer says which backend it is. */
  start(request: RunRequest): Promise<BackendReport>
  /** Trains until the next report. */
  next(argument: undefined): Promise<NextAnswer | Moved<NextAnswer>>
  /** Stops training at the next batch. */
  abort(argument: undefined): void
  /** Waits until what was drawn on the canvas is visible. */
  present(argument: undefined): Promise<void>
}

/** What the page serves to the worker. */
export interface PageSide {
  /** The worker's file has run and waits for `start`. */
  ready(argument: undefined): void
  /** Begins a pass over one of the page's data sets. */
  openPass(argument: {
    readonly pass: number
    readonly role: DataRole
    readonly options: BatchOptions
    readonly firstBatch: number
  }): void
  /** The next batch of a pass; undefined at its end. */
  nextBatch(pass: number): Promise<Moved<CrossingBatch> | undefined>
  /** Ends a pass, whether it is complete or not. */
  closePass(pass: number): void
  /** The order of a pass over one of the page's data sets, where the data know it. */
  orderOf(argument: { readonly role: DataRole; readonly options: BatchOptions }): Promise<ArrayLike<number> | undefined>
  readStore(file: StoredFile): Promise<Moved<Uint8Array<ArrayBuffer>>>
  writeStore(argument: StoredFile & { readonly bytes: Uint8Array<ArrayBuffer> }): Promise<void>
  /** The names of the files in a folder. */
  listFolder(role: StoreRole): Promise<readonly string[]>
  removeFile(file: StoredFile): Promise<void>
  progress(progress: Progress): void
  checkpoint(report: CheckpointReport): void
  fallback(argument: { readonly backend: BackendReport; readonly error: CrossingError }): void
}

/** What a data set is used for. */
export type DataRole = 'training' | 'validation'

/** What a store is used for. */
export type StoreRole = 'checkpoint' | 'resume'

/** A file of the page: a store, or one of a folder by its name. */
export interface StoredFile {
  readonly role: StoreRole
  readonly file: string | undefined
}

/** A store or a folder of the page. */
export interface CrossingPlace {
  readonly name: string
  readonly isFolder: boolean
}

/** A data set: one of the worker by name, or one of the page by its description. */
export type CrossingDataset = string | Pick<Dataset, 'name' | 'shape' | 'size' | 'range'>

/** A batch as arrays, whose memory is transferred. */
export interface CrossingBatch {
  readonly examples: { readonly values: Float32Array<ArrayBuffer>; readonly shape: Shape }
  readonly labels: Int32Array<ArrayBuffer> | undefined
}

/** A run as plain data. */
export interface RunRequest {
  /** The name of a lock that the worker holds for as long as it lives; undefined where there are no locks. */
  readonly lock: string | undefined
  /** The kind of the model, and the model as the bytes of its file. */
  readonly kind: string
  readonly model: Uint8Array<ArrayBuffer>
  readonly data: CrossingDataset
  readonly validation: CrossingDataset | undefined
  readonly settings: {
    readonly epochs?: number | undefined
    readonly batchSize?: number | undefined
    readonly learningRate?: number | undefined
    readonly seed?: number | undefined
    readonly validate?: ValidateOptions | undefined
  }
  /** Names of what the worker's file holds. */
  readonly objective: string | undefined
  readonly optimizer: string | undefined
  readonly checkpoint: (CrossingPlace & Omit<CheckpointPlan, 'place'>) | undefined
  readonly resume: (CrossingPlace & { readonly isOptional: boolean }) | undefined
  readonly weights: 'each epoch' | 'at the end'
  readonly whenBackendIsLost: 'stop' | 'continue'
  readonly reportsProgress: boolean
  readonly canvas: OffscreenCanvas | undefined
}

/** What training gave since the last question. */
export interface NextAnswer {
  /** The report of an epoch; undefined when training is over. */
  readonly report: Epoch<string> | undefined
  /** Whether the page's signal ended it. */
  readonly isAborted: boolean
  /** The model as the bytes of its file, where the page shall have it now. */
  readonly weights: Uint8Array<ArrayBuffer> | undefined
}
