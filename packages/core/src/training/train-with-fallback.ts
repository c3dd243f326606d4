// Training that survives its backend: when one stops, the run goes on from its last checkpoint on another.
import type { Tensor } from '@tensorflow/tfjs-core'
import { type Backend, type BackendReport, selectBackend } from '../backend/backend.ts'
import { backendOption } from '../checks/members.ts'
import { assertOptions, functionOption } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import type { Batch, Dataset } from '../dataset.ts'
import { BackendLostError, OptionError } from '../errors.ts'
import { assignWeights } from '../files/fill-weights.ts'
import { decodeModelFile, encodeModelFile } from '../files/model-file.ts'
import type { Trainable } from '../model.ts'
import { memory } from '../stores/store.ts'
import type { Trace } from '../trace.ts'
import { planOf } from './checkpoint-options.ts'
import type { Epoch } from './epoch.ts'
import { rememberingWrites } from './remembering-writes.ts'
import { trainAs } from './train.ts'
import type { TrainOptions } from './train-options.ts'

/** What became of a backend that stopped. */
export interface Fallback {
  /** What computes from now on. */
  readonly backend: BackendReport
  /** Why the former one does not. */
  readonly error: BackendLostError
}

/** Options of {@link trainWithFallback}: those of `train`, and where to go on. */
export interface FallbackOptions<trace extends Trace, name extends string, batch extends Batch = Tensor>
  extends TrainOptions<trace, name, batch> {
  /** Backends to go on with, in the order of preference; those that were lost are left out. */
  readonly fallbacks: readonly Backend[]
  /** Called when training is about to go on with another backend. */
  readonly onFallback?: ((fallback: Fallback) => void) | undefined
}

/**
 * `train`, going on with the next backend when the present one stops: its device is lost, or its memory is full. What
 * was done since the last checkpoint is done again, so the reports are those of an unbroken run, up to the rounding of
 * the backends. The caller's other tensors on the lost backend are gone.
 *
 * @param model its variables move, to the next backend too
 * @param data borrowed
 * @param options `checkpoint` defaults to one in memory
 * @returns a generator of one report an epoch
 * @throws {BackendLostError} when the last of the backends is lost too
 * @throws what `train` throws
 * @example
 * ```ts
 * await selectBackend(webgpu, wasm)
 * for await (const { epoch } of trainWithFallback(model, digits, { fallbacks: [webgpu, wasm] })) console.log(epoch)
 * ```
 */
export function trainWithFallback<
  trace extends Trace,
  own extends string,
  name extends string = own,
  batch extends Batch = Tensor,
  played extends string = never,
>(
  model: Trainable<trace, own, batch, played>,
  data: Dataset<NoInfer<batch>>,
  options: FallbackOptions<trace, name, NoInfer<batch>>,
): AsyncGenerator<Epoch<name | played>, void, void> {
  const { fallbacks, onFallback, ...trainOptions } = options ?? {}
  assertFallbacks(fallbacks)
  assertOptions('trainWithFallback', { onFallback }, { onFallback: functionOption })
  trainAs<trace, own, name, batch, played>('trainWithFallback', model, data, trainOptions) // checks its arguments; never asked for a report, it begins nothing
  const plan = planOf('trainWithFallback', options.checkpoint ?? memory())
  return epochsOf(model, data, { ...options, checkpoint: rememberingWrites(plan) })
}

async function* epochsOf<
  trace extends Trace,
  own extends string,
  name extends string,
  batch extends Batch,
  played extends string,
>(
  model: Trainable<trace, own, batch, played>,
  data: Dataset<batch>,
  options: FallbackOptions<trace, name, batch> & { readonly checkpoint: ReturnType<typeof rememberingWrites> },
): AsyncGenerator<Epoch<name | played>, void, void> {
  const { fallbacks, onFallback, checkpoint, ...trainOptions } = options
  const initial = await encodeModelFile(model)
  const lost = new Set<string>()
  for (;;) {
    const resume = checkpoint.writes > 0 ? checkpoint.place : trainOptions.resume
    try {
      yield* trainAs<trace, own, name, batch, played>('trainWithFallback', model, data, {
        ...trainOptions,
        checkpoint,
        resume,
      })
      return
    } catch (error) {
      if (!BackendLostError.isInstance(error)) throw error
      lost.add(error.backend)
      const [next, ...others] = fallbacks.filter(({ name }) => !lost.has(name))
      if (next === undefined) throw error
      const backend = await selectBackend(next, ...others).catch((cause) => {
        throw nothingLeft(error, cause)
      })
      // The variables are still tensors of the lost backend: values put them on the new one, train restores the rest.
      assignWeights(model, decodeModelFile(initial))
      onFallback?.({ backend, error })
    }
  }
}

function nothingLeft({ backend, message }: BackendLostError, cause: unknown): BackendLostError {
  const [sentence = '', , ...facts] = message.split('\n')
  const refusals = cause instanceof Error ? cause.message.split('\n').slice(2, -1) : [String(cause)]
  return new BackendLostError(`\`trainWithFallback\` cannot go on: none of the other backends works here.`, {
    backend,
    facts: { Lost: [sentence, ...facts.slice(0, -1)].join(' '), Refused: refusals.join('; ') },
    fix: 'cure one of the reasons above, or add wasm from @ae/wasm to the fallbacks, which needs nothing installed',
    cause,
  })
}

function assertFallbacks(fallbacks: unknown): void {
  const isBackend = (value: unknown) => backendOption(value) === undefined
  if (Array.isArray(fallbacks) && Array.from(fallbacks).every(isBackend)) return
  throw new OptionError('`trainWithFallback` received bad `fallbacks`.', {
    facts: { Expected: 'an array of backends', Received: show(fallbacks) },
    fix: 'pass the backends to go on with, e.g. fallbacks: [wasm]',
  })
}
