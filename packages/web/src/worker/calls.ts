// Calls between a page and its worker, both ways: a promise for each call, typed by what the other side serves.
import { type CrossingError, packError, unpackError } from './crossing-error.ts'

/** What one side serves: functions of one argument, by name. */
export type Served<functions> = {
  readonly [name in keyof functions]: (argument: never) => unknown
}

/** The part of a `Worker`, and of the scope inside one, that calls need. */
export interface Endpoint {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

/** An answer whose memory moves to the other side instead of being copied. */
export class Moved<value> {
  readonly value: value
  readonly transfer: Transferable[]

  constructor(value: value, transfer: Transferable[]) {
    this.value = value
    this.transfer = transfer
  }
}

/** The other side, as this one calls it. */
export interface Calls<remote extends Served<remote>> {
  /** Calls a function of the other side. Rejects with what it throws, or with the reason of `end`. */
  call<name extends keyof remote & string>(
    name: name,
    argument: Parameters<remote[name]>[0],
    transfer?: Transferable[],
  ): Promise<Answer<remote[name]>>
  /** Calls a function of the other side without waiting for its result. */
  tell<name extends keyof remote & string>(name: name, argument: Parameters<remote[name]>[0]): void
  /** Rejects all pending calls, and all later ones. */
  end(reason: unknown): void
}

/** What a served function returns, as its caller receives it. */
type Answer<served extends (argument: never) => unknown> = Arrived<Awaited<ReturnType<served>>>

type Arrived<answer> = answer extends Moved<infer value> ? value : answer

/**
 * Serves `local` to the other side and returns access to what the other side serves.
 *
 * @param endpoint the worker, or inside one its global scope
 * @param local what this side serves
 */
export function connect<local extends Served<local>, remote extends Served<remote>>(
  endpoint: Endpoint,
  local: local,
): Calls<remote> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(reason: unknown): void }>()
  let count = 0
  let ended: { readonly reason: unknown } | undefined
  const post = (message: Message, transfer: Transferable[] = []) => endpoint.postMessage({ [mark]: message }, transfer)

  const serve = async ({ name, id, argument }: Extract<Message, { type: 'call' }>) => {
    try {
      const served = local[name as keyof local] as unknown as (argument: unknown) => unknown
      const result = await served(argument)
      if (id === undefined) return
      if (result instanceof Moved) post({ type: 'result', id, value: result.value }, result.transfer)
      else post({ type: 'result', id, value: result })
    } catch (error) {
      if (id !== undefined) post({ type: 'error', id, error: packError(error) })
    }
  }

  endpoint.addEventListener('message', ({ data }) => {
    const message: Message | undefined = typeof data === 'object' && data !== null ? data[mark] : undefined
    if (message === undefined || ended) return // not ours, or too late
    if (message.type === 'call') return void serve(message)
    const waiter = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.type === 'result') waiter?.resolve(message.value)
    else waiter?.reject(unpackError(message.error))
  })

  return {
    call(name, argument, transfer) {
      if (ended) return Promise.reject(ended.reason)
      const id = count++
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
        post({ type: 'call', id, name, argument }, transfer)
      })
    },
    tell(name, argument) {
      if (!ended) post({ type: 'call', id: undefined, name, argument })
    },
    end(reason) {
      ended ??= { reason }
      for (const { reject } of waiting.values()) reject(reason)
      waiting.clear()
    },
  }
}

/** Marks our messages among others that a worker's file may post. */
const mark = '@ae/web'

type Message =
  | {
      readonly type: 'call'
      /** Undefined where no answer is expected. */
      readonly id: number | undefined
      readonly name: string
      readonly argument: unknown
    }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: CrossingError }
