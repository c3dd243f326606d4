// How many requests a client may send: a bucket of tokens for each, which fills up again with time.
import { ProblemError } from '../jobs/problem.ts'

/** A limit of requests. */
export interface RateLimitOptions {
  /** Requests a minute, above 0; a client that has sent none for a while may send as many at once. */
  readonly requestsPerMinute: number
  /**
   * Who sent a request, e.g. the address that your platform passes on. Defaults, in `startServer`, to the address of the
   * connection; without it, all clients share the limit.
   */
  readonly client?: ((request: Request) => string) | undefined
}

/** Clients that are remembered; those that sent nothing for the longest time are forgotten first. */
const mostClients = 10_000

/**
 * Counts the requests of clients.
 *
 * @param now milliseconds, for tests
 * @returns a function that throws a {@link ProblemError} when a client has sent too many
 */
export function rateLimit(requestsPerMinute: number, now: () => number = () => performance.now()) {
  const buckets = new Map<string, { tokens: number; time: number }>()
  const perMillisecond = requestsPerMinute / 60_000
  const size = Math.max(1, requestsPerMinute)
  return (client: string): void => {
    const time = now()
    const { tokens, time: last } = buckets.get(client) ?? { tokens: size, time }
    const filled = Math.min(size, tokens + (time - last) * perMillisecond)
    buckets.delete(client)
    buckets.set(client, { tokens: filled < 1 ? filled : filled - 1, time })
    if (buckets.size > mostClients) buckets.delete(buckets.keys().next().value ?? '')
    if (filled >= 1) return
    throw new ProblemError({
      status: 429,
      title: 'Too many requests',
      detail: 'This client has sent too many requests.',
      expected: `at most ${requestsPerMinute} a minute`,
      fix: 'wait for the seconds that Retry-After names',
      retryAfter: Math.ceil((1 - filled) / perMillisecond / 1000),
    })
  }
}
