// Calls from a page to its Worker: a promise for each, and frames that arrive before the answer of the call they belong to.
// Everything goes through one port, so nothing overtakes anything.
import { AutoencoderError } from '@ae/core'
import { EngineError } from './engine.ts'

/** What a Worker serves: asynchronous methods. A function among the arguments is called on the page's side. */
export type Served<methods> = { readonly [name in keyof methods]: (...values: never[]) => Promise<unknown> }

/** The part of a `Worker`, and of the scope inside one, that calls need. */
export interface Port {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

interface Call {
  readonly id: number
  readonly name: string
  /** Structured clones; a function is `undefined`, its place is in `listeners`. */
  readonly values: readonly unknown[]
  readonly listeners: readonly number[]
}

type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly message: string; readonly fix: string | undefined } }
  | { readonly id: number; readonly listener: number; readonly values: readonly unknown[] }

/**
 * Serves methods to the page, inside a Worker.
 *
 * @param port the Worker's global scope
 * @param served what the page may call
 */
export function serve<methods extends Served<methods>>(port: Port, served: methods): void {
  const methods = served as unknown as Readonly<Record<string, (...values: unknown[]) => Promise<unknown>>>
  port.addEventListener('message', async ({ data }: MessageEvent<Call>) => {
    const { id, name, values, listeners } = data
    const answer = (message: Answer) => port.postMessage(message)
    const received = values.map((value, place) =>
      listeners.includes(place) ? (...values: unknown[]) => answer({ id, listener: place, values }) : value,
    )
    try {
      answer({ id, value: await methods[name]?.(...received) })
    } catch (error) {
      const fix = AutoencoderError.isInstance(error) || error instanceof EngineError ? error.fix : undefined
      answer({ id, error: { message: error instanceof Error ? error.message : String(error), fix } })
    }
  })
}

/** The page's side. */
export interface Calls {
  call(name: string, values: readonly unknown[]): Promise<unknown>
  /** Rejects all calls under way, and all later ones. */
  end(reason: EngineError): void
}

/**
 * Calls what a Worker serves.
 *
 * @param port the Worker
 */
export function callsTo(port: Port): Calls {
  const waiting = new Map<
    number,
    { values: readonly unknown[]; resolve(value: unknown): void; reject(reason: unknown): void }
  >()
  let count = 0
  let ended: EngineError | undefined
  port.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    const waiter = waiting.get(data.id)
    if (waiter === undefined) return
    if ('listener' in data) return (waiter.values[data.listener] as (...values: unknown[]) => void)(...data.values)
    waiting.delete(data.id)
    if ('error' in data) waiter.reject(new EngineError(data.error.message, data.error.fix))
    else waiter.resolve(data.value)
  })
  return {
    call(name, values) {
      if (ended !== undefined) return Promise.reject(ended)
      const id = count++
      const listeners = [...values.keys()].filter((place) => typeof values[place] === 'function')
      return new Promise((resolve, reject) => {
        const clones = values.map((value) => (typeof value === 'function' ? undefined : value))
        port.postMessage({ id, name, values: clones, listeners } satisfies Call)
        waiting.set(id, { values, resolve, reject })
      })
    },
    end(reason) {
      ended ??= reason
      for (const { reject } of waiting.values()) reject(ended)
      waiting.clear()
    },
  }
}
