// Shared by all models: the factory (create and restore from file) and disposal.
import { DisposedError, type Json, type ModelKind, type SavableModel } from '@ae/core'
import { assertBackend } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { madeBy, withoutInitialValues } from './networks/initialization.ts'
import { optionsFromConfig, prepareOptions } from './saved-options.ts'

/** A model's factory; `load` takes it as the kind of model to restore. */
export type ModelFactory<options, model extends SavableModel> = ((options: options) => model) & ModelKind<model>

/**
 * A factory with its kind's name and the way back from a saved file's options.
 *
 * @param kind the model's name in saved files
 * @param create makes the model; it checks its options
 * @param fromConfig from a saved file's options to the model; defaults to `create` with likelihood and architecture
 *   restored. The model's variables are 0 until `load` sets them
 */
export function defineModel<options, model extends SavableModel>(
  kind: string,
  create: (options: options) => model,
  fromConfig: ModelKind<model>['fromConfig'] = (config) => create(optionsFromConfig<options>(config)),
): ModelFactory<options, model> {
  const make = (caller: string, create: () => model) => {
    assertBackend(caller)
    return releasingOnFailure(() => madeBy(caller, create))
  }
  return Object.assign((options: options) => make(kind, () => create(options)), {
    kind,
    prepare: prepareOptions,
    fromConfig: (config: Config, kinds: readonly ModelKind[]) =>
      make('load', () => withoutInitialValues(() => fromConfig(config, kinds))),
  })
}

/** Disposes of the variables that `create` has made when it throws: a decoder may be refused after its encoder. */
function releasingOnFailure<model>(create: () => model): model {
  const { registeredVariables } = tf.engine().state
  const before = new Set(Object.keys(registeredVariables))
  try {
    return create()
  } catch (error) {
    for (const [name, variable] of Object.entries(registeredVariables)) if (!before.has(name)) variable.dispose()
    throw error
  }
}

/** What `config` takes: options as JSON, those that are undefined left out. */
type Config = Readonly<Record<string, Json | undefined>>

/** Disposal of a model that owns variables. */
export function ownVariables(kind: string, ...owned: readonly Readonly<Record<string, tf.Variable>>[]) {
  let disposed = false
  const dispose = () => {
    disposed = true
    tf.dispose(owned.map((variables) => Object.values(variables)))
  }
  return {
    /** Throws a `DisposedError` once the model is disposed of. */
    assertAlive(functionName: string): void {
      if (!disposed) return
      throw new DisposedError(`\`${functionName}\` was called on a ${kind} that is disposed of.`, {
        fix: 'call dispose() when the model is no longer needed, or load it again',
      })
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}
