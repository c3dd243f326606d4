// What every model of this package shares: a factory that also restores, and an end to its life.
import { DisposedError, type Json, type ModelKind, type SavableModel } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'

/** A model's factory; `load` takes it as the kind of model to restore. */
export type ModelFactory<options, model extends SavableModel> = ((options: options) => model) & ModelKind<model>

/** A factory with its kind's name and the way back from a saved file's options. */
export function defineModel<options, model extends SavableModel>(
  kind: string,
  create: (options: options) => model,
  fromConfig: (config: Readonly<Record<string, Json | undefined>>) => model,
): ModelFactory<options, model> {
  return Object.assign((options: options) => create(options), { kind, fromConfig })
}

/** The life of a model that owns variables. */
export function ownVariables(kind: string, variables: Readonly<Record<string, tf.Variable>>) {
  let disposed = false
  const dispose = () => {
    disposed = true
    tf.dispose(variables as Record<string, tf.Variable>)
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
