// The answer of a call to a mistake must be a designed error that leaves nothing behind.
import { AutoencoderError } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Call } from './call.ts'
import type { Mistake } from './mistakes.ts'

/** The kinds of wrong answers. */
type Fault = 'raw error' | 'silence' | 'leak' | 'hang'

/** A wrong answer. */
export interface WrongAnswer {
  readonly fault: Fault
  /** The call, the place and the value. */
  readonly mistake: string
  /** What the call did instead of throwing a designed error. */
  readonly received: string
}

const deadline = 10_000

/** Makes the mistake; undefined if the answer is a designed error that leaves nothing behind. */
export async function answerTo(call: Call, mistake: Mistake): Promise<WrongAnswer | undefined> {
  const wrong = (fault: Fault, received: string): WrongAnswer => ({
    fault,
    mistake: `${call.name}, ${mistake.place}: ${describe(mistake.value)}`,
    received,
  })
  const before = tf.memory().numTensors
  const scopes = tf.engine().state.scopeStack.length
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), deadline)
  })
  try {
    const result = await Promise.race([(async () => call.run(...(mistake.values as never[])))(), late])
    if (result === 'late') return wrong('hang', `nothing within ${deadline / 1000} s`)
    disposeOf(result)
    return wrong('silence', describe(result))
  } catch (error) {
    if (!AutoencoderError.isInstance(error)) return wrong('raw error', firstLine(error))
    const left = tf.memory().numTensors - before
    if (left !== 0) return wrong('leak', `${left} tensors after: ${firstLine(error)}`)
    return tf.engine().state.scopeStack.length === scopes ? undefined : wrong('leak', 'a scope that is open')
  } finally {
    clearTimeout(timer)
  }
}

/** Releases the result of a call if it consists of tensors or is a model. */
function disposeOf(result: unknown): void {
  if (typeof result !== 'object' || result === null || result instanceof Promise) return
  if ('dispose' in result && typeof result.dispose === 'function') result.dispose()
  else if (Array.isArray(result) || Object.getPrototypeOf(result) === Object.prototype) {
    for (const value of Object.values(result)) if (value instanceof tf.Tensor && !value.isDisposed) value.dispose()
  }
}

function firstLine(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.split('\n', 1)[0]}` : `thrown: ${describe(error)}`
}

/** A description for people; never throws. */
function describe(value: unknown): string {
  if (value instanceof tf.Tensor) return `${value.isDisposed ? 'disposed ' : ''}${value.dtype} tensor [${value.shape}]`
  if (typeof value === 'function') return `function ${value.name}`
  try {
    if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
      return `{ ${Object.keys(value).slice(0, 5).join(', ')} }`
    }
    if (Array.isArray(value)) return `[${Array.from(value, describe).slice(0, 5).join(', ')}]`
    if (typeof value === 'object' && value !== null) return Object.prototype.toString.call(value)
    return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : String(value)
  } catch {
    return 'something that cannot be printed'
  }
}
