// `train` in a dedicated Worker: the same generator, while the page stays free to draw and to answer.
import {
  type BackendLostError,
  type BackendReport,
  type Batch,
  type CheckpointPlan,
  type CheckpointReport,
  type Dataset,
  type Epoch,
  type Folder,
  memory,
  OptionError,
  type Progress,
  type Store,
  save,
  type Trace,
  type Trainable,
  type ValidateOptions,
} from '@ae/core'
import {
  anything,
  assertDataset,
  assertOption,
  assertOptions,
  assertTrainable,
  assignWeights,
  decodeModelFile,
  extensionOf,
  functionOption,
  holdForTraining,
  nameOption,
  nonNegativeInteger,
  type OptionCheck,
  oneOf,
  positiveInteger,
  positiveNumber,
  seedOption,
  signalOption,
  takeNotes,
} from '@ae/core/internal'
import { backend, type Tensor } from '@tensorflow/tfjs-core'
import { unpackError } from './crossing-error.ts'
import type { CrossingDataset, PageSide, RunRequest } from './protocol.ts'
import { serveBatches } from './served-batches.ts'
import { type ServedPlaces, servePlaces } from './served-places.ts'
import { openSession } from './session.ts'

/** Options of {@link trainInWorker}: those of `train`, as far as they can cross to a worker. */
export interface TrainInWorkerOptions<batch extends Batch = Tensor> {
  /** Passes over the data, an integer of at least 0. Defaults to 10. */
  readonly epochs?: number | undefined
  /** Examples a step, a positive integer. Defaults to 128. */
  readonly batchSize?: number | undefined
  /** Adam's step size, above 0. Defaults to 0.001. */
  readonly learningRate?: number | undefined
  /** The name of an optimiser in the worker's file, used instead of Adam; then leave out `learningRate`. */
  readonly optimizer?: string | undefined
  /** Seeds the order of the data and everything random in the forward pass. Defaults to 0. */
  readonly seed?: number | undefined
  /** The name of an objective in the worker's file. Defaults to the model's own. */
  readonly objective?: string | undefined
  /** Evaluated after each epoch, or as `validate` says: data of the page, or the name of data in the worker's file. */
  readonly validation?: Dataset<batch> | string | undefined
  /** When the validation data are evaluated. Defaults to after each epoch. */
  readonly validate?: ValidateOptions | undefined
  /** Called after each batch; keep it quick. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Stops between two batches: the generator then throws the signal's reason; the model has its last step's weights. */
  readonly signal?: AbortSignal | undefined
  /**
   * Where the page writes weights, optimiser state and position: after each epoch, e.g. `opfs('run/checkpoint')`, or as
   * `checkpointEvery` says.
   */
  readonly checkpoint?: Store | CheckpointPlan | undefined
  /** What to continue from, as if the run had never stopped. It must be of the same run; see `resume` of `train`. */
  readonly resume?: Store | Folder | CheckpointPlan | undefined
  /** Called when a checkpoint is safely written, passed over or gone on from; see `train`. */
  readonly onCheckpoint?: ((report: CheckpointReport) => void) | undefined
  /** When the page's model receives the trained weights: before `each epoch`'s report, or only `at the end`. Defaults to `each epoch`. */
  readonly weights?: 'each epoch' | 'at the end' | undefined
  /**
   * Whether to `stop` with a `BackendLostError` when the worker's backend is lost or its memory is full, or to `continue` from
   * the last checkpoint on the next of the worker's backends. Defaults to `stop`.
   */
  readonly whenBackendIsLost?: 'stop' | 'continue' | undefined
  /** Called once with the worker's backend, and again, with the error, when another backend takes over. */
  readonly onBackend?: ((backend: BackendReport, lost?: BackendLostError) => void) | undefined
  /** Transferred to the worker, whose `onEpoch` may draw on it; from `transferControlToOffscreen()`. */
  readonly canvas?: OffscreenCanvas | undefined
  /** How long the worker's file may take to load, and its backend to start, in seconds. Defaults to 60. */
  readonly startSeconds?: number | undefined
}

/**
 * Trains a model in a Worker of its own, yielding a report after each epoch, as `train` does. Arguments are checked by the
 * call; the worker is started by the first step of the generator, and ended with it: at the end, by `break`, by the signal
 * or by an error. Meanwhile the run holds the model: another run of it is refused.
 *
 * `stopEarly`, `keepBest`, `logTo` and `historyOf` take its reports as they take those of `train`.
 *
 * Batches of the page's data are sent one by one, transferred instead of copied; at most four are in transit.
 *
 * @param createWorker starts the worker, whose file calls `serveTraining`; in this form bundlers find the file
 * @param model crosses as the bytes of its file; its variables here receive the trained weights. A backend must be active in
 *   the page, which holds them
 * @param data of the page, borrowed; or the name of data in the worker's file, which then never crosses
 * @param options see {@link TrainInWorkerOptions}
 * @returns a generator of one report an epoch
 * @throws {OptionError} on a bad option, or when the worker's file has no such model, objective, optimiser or data
 * @throws {AutoencoderError} when the worker does not start, or another run is training the model
 * @throws {BackendUnavailableError} when none of the worker's backends works
 * @throws {BackendLostError} when the worker or its backend ends while training
 * @throws what `train` throws, from the worker, with class and text
 * @example
 * ```ts
 * const start = () => new Worker(new URL('./training-worker.ts', import.meta.url), { type: 'module' })
 * for await (const { epoch, loss } of trainInWorker(start, model, digits, { epochs: 3 })) console.log(epoch, loss.total)
 * ```
 */
export function trainInWorker<trace extends Trace, batch extends Batch = Tensor>(
  createWorker: () => Worker,
  model: Trainable<trace, string, batch>,
  data: Dataset<NoInfer<batch>> | string,
  options: TrainInWorkerOptions<NoInfer<batch>> & { readonly objective: string },
): AsyncGenerator<Epoch<string>, void, void>
export function trainInWorker<trace extends Trace, own extends string, batch extends Batch = Tensor>(
  createWorker: () => Worker,
  model: Trainable<trace, own, batch>,
  data: Dataset<NoInfer<batch>> | string,
  options?: TrainInWorkerOptions<NoInfer<batch>>,
): AsyncGenerator<Epoch<own>, void, void>
export function trainInWorker<batch extends Batch>(
  createWorker: () => Worker,
  model: Trainable<Trace, string, batch>,
  data: Dataset<batch> | string,
  options: TrainInWorkerOptions<batch> = {},
): AsyncGenerator<Epoch<string>, void, void> {
  assertOptions('trainInWorker', options, checks)
  if (typeof createWorker !== 'function') throw notAFunction()
  assertTrainable('trainInWorker', model)
  assertData('data', data)
  if (options.validation !== undefined) assertData('validation', options.validation)
  const places = servePlaces(options)
  const run: AsyncGenerator<Epoch<string>, void, void> = epochsOf(createWorker, model, data, options, places, () => run)
  return run
}

async function* epochsOf<batch extends Batch>(
  createWorker: () => Worker,
  model: Trainable<Trace, string, batch>,
  data: Dataset<batch> | string,
  options: TrainInWorkerOptions<batch>,
  places: ServedPlaces,
  owner: () => object,
): AsyncGenerator<Epoch<string>, void, void> {
  const hold = holdForTraining(model, {
    functionName: 'trainInWorker',
    data: typeof data === 'string' ? data : data.name,
    owner: owner(),
  })
  try {
    await places.prepare()
    for await (const report of epochsInWorker(createWorker, model, data, options, places)) {
      hold.step = report.step
      yield report
    }
  } finally {
    hold.release()
  }
}

async function* epochsInWorker<batch extends Batch>(
  createWorker: () => Worker,
  model: Trainable<Trace, string, batch>,
  data: Dataset<batch> | string,
  options: TrainInWorkerOptions<batch>,
  { crossing, prepare: _, ...places }: ServedPlaces,
): AsyncGenerator<Epoch<string>, void, void> {
  const { signal, onProgress, onCheckpoint, onBackend, validation, canvas } = options
  const bytes = memory()
  if (typeof data !== 'string') await takeNotes('trainInWorker', model, data)
  await save(model as unknown as Trainable, bytes)
  const batches = serveBatches({
    ...(typeof data === 'string' ? {} : { training: data }),
    ...(typeof validation === 'object' ? { validation } : {}),
  })
  const local: Omit<PageSide, 'ready'> = {
    ...batches,
    ...places,
    progress: (progress) => onProgress?.(progress),
    checkpoint: (report) => onCheckpoint?.(report),
    fallback: ({ backend, error }) => onBackend?.(backend, unpackError(error) as BackendLostError),
  }
  const request: Omit<RunRequest, 'lock'> = {
    kind: model.kind,
    model: (await bytes.read()) as Uint8Array<ArrayBuffer>,
    data: describe(data),
    validation: validation && describe(validation),
    settings: {
      epochs: options.epochs,
      batchSize: options.batchSize,
      learningRate: options.learningRate,
      seed: options.seed,
      validate: options.validate,
    },
    objective: options.objective,
    optimizer: options.optimizer,
    ...crossing,
    weights: options.weights ?? 'each epoch',
    whenBackendIsLost: options.whenBackendIsLost ?? 'stop',
    reportsProgress: onProgress !== undefined,
    canvas,
  }
  const session = await openSession(createWorker, local, request, { signal, startSeconds: options.startSeconds ?? 60 })
  try {
    onBackend?.(session.backend)
    for (;;) {
      const { report, isAborted, weights } = await whileThreadsRest(() => session.next())
      if (weights) assignWeights(model as unknown as Trainable, decodeModelFile(weights), { caller: 'trainInWorker' })
      if (isAborted) throw signal?.reason
      if (report === undefined) return
      yield report
    }
  } finally {
    session.close()
    batches.closeAll()
  }
}

/** Lets the page's own threads rest: while it gathers batches they would take cores from the worker's threads. */
async function whileThreadsRest<result>(run: () => Promise<result>): Promise<result> {
  const wake = extensionOf(backend()).restThreads?.()
  try {
    return await run()
  } finally {
    wake?.()
  }
}

const name: OptionCheck = (value) => (nameOption(value) === undefined ? undefined : "a name in the worker's file")

const rate: OptionCheck = (value) =>
  positiveNumber(value) === undefined
    ? undefined
    : "a finite number above 0 (a schedule cannot cross: name an optimizer of the worker's file)"

const checks = {
  epochs: nonNegativeInteger,
  batchSize: positiveInteger,
  learningRate: rate,
  optimizer: name,
  seed: seedOption,
  objective: name,
  validation: anything,
  validate: (value: unknown) => (typeof value === 'object' && value !== null ? undefined : 'e.g. { everySteps: 500 }'),
  onProgress: functionOption,
  signal: signalOption,
  checkpoint: anything, // by servePlaces
  resume: anything,
  onCheckpoint: functionOption,
  weights: oneOf('each epoch', 'at the end'),
  whenBackendIsLost: oneOf('stop', 'continue'),
  onBackend: functionOption,
  canvas: (value: unknown) =>
    typeof OffscreenCanvas !== 'undefined' && value instanceof OffscreenCanvas ? undefined : 'an OffscreenCanvas',
  startSeconds: positiveNumber,
}

function describe(data: Pick<Dataset, 'name' | 'shape' | 'size' | 'range'> | string): CrossingDataset {
  if (typeof data === 'string') return data
  const { name, shape, size, range } = data
  return { name, shape: [...shape], size, range: { ...range } }
}

/** Data of the page, or the name of data in the worker's file. */
function assertData(argument: string, data: unknown): void {
  if (typeof data === 'string') assertOption('trainInWorker', argument, data, nameOption)
  else assertDataset('trainInWorker', argument, data)
}

function notAFunction(): OptionError {
  return new OptionError('`trainInWorker` received a bad `createWorker`.', {
    facts: { Expected: 'a function that starts a Worker' },
    fix: 'pass () => new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" })',
  })
}
