// The time that a request may take.
import type { ProblemError } from '../jobs/problem.ts'
import { gone } from './refusals.ts'

/** A signal that aborts when the client leaves or time runs out; times follow one another. */
export function deadline(client: AbortSignal) {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const leave = () => controller.abort(gone())
  if (client.aborted) leave()
  client.addEventListener('abort', leave, { once: true })
  return {
    signal: controller.signal,
    set(seconds: number, reason: () => ProblemError) {
      clearTimeout(timer)
      timer = setTimeout(() => controller.abort(reason()), seconds * 1000)
    },
    end() {
      clearTimeout(timer)
      client.removeEventListener('abort', leave)
    },
  }
}
