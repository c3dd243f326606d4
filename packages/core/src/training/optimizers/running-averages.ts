// The averages of the weights of models that are being trained with `average`, for what validates, keeps or saves them.
import * as tf from '@tensorflow/tfjs-core'

type Variables = Readonly<Record<string, tf.Variable>>

const running = new WeakMap<Variables, Variables>()

/** Remembers the averages of a model's variables while a run keeps them; undefined when it no longer does. */
export function noteAverages(variables: Variables, averages: Variables | undefined): void {
  if (averages) running.set(variables, averages)
  else running.delete(variables)
}

/** Whether a run keeps averages of these variables. */
export function hasAverages(variables: Variables): boolean {
  return running.has(variables)
}

/**
 * Runs a function while variables have their averages, if a run keeps any. No number is copied, and afterwards each variable has its own
 * data again, where it was.
 */
export async function asAveraged<result>(variables: Variables, body: () => result | Promise<result>): Promise<result> {
  const averages = running.get(variables)
  if (averages === undefined) return body()
  const kept = Object.entries(variables).map(([name, variable]) => {
    const copy = tf.keep(tf.clone(variable))
    variable.assign(averages[name] as tf.Variable)
    return [variable, copy] as const
  })
  try {
    return await body()
  } finally {
    for (const [variable, copy] of kept) {
      if (!variable.isDisposed) variable.assign(copy)
      copy.dispose()
    }
  }
}
