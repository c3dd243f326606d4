// What a service is made with, and what it logs.
import type { RateLimitOptions } from './rate-limit.ts'

/** What a service does with requests. */
export interface ServiceOptions {
  /**
   * The path below which the service lives, e.g. `/api/ae` for a route of Next. Defaults to none: the handler receives paths such
   * as `/models`.
   */
  readonly basePath?: string | undefined
  /** The token that requests must have, except those for the page, `/healthz` and `/readyz`. Defaults to none: anybody may ask. */
  readonly token?: string | undefined
  /** Examples that one request may ask for, a positive integer; more are answered with 422. Defaults to 1024. */
  readonly mostRows?: number | undefined
  /** Bytes that a body may have, a positive integer; more are answered with 413. Defaults to 2^22 (4 MiB). */
  readonly mostBytes?: number | undefined
  /** Requests that may wait at the same time, a positive integer; more are answered with 503. Defaults to 256. */
  readonly mostWaiting?: number | undefined
  /** Requests that one call of a model may answer, a positive integer; 1 computes each on its own. Defaults to 16. */
  readonly mostJoined?: number | undefined
  /** Seconds that a body may take to arrive, above 0; then 408. Defaults to 10. */
  readonly bodySeconds?: number | undefined
  /** Seconds that an answer may take, above 0; then 504. Defaults to 30. */
  readonly seconds?: number | undefined
  /** How many requests a client may send; more are answered with 429. Defaults to any number. */
  readonly rateLimit?: RateLimitOptions | undefined
  /** Receives a record of each request, and of errors. Defaults to nothing. */
  readonly log?: ((record: LogRecord) => void) | undefined
}

/** A line of the log: plain data. */
export interface LogRecord {
  /** As in ISO 8601. */
  readonly time: string
  /** `error` is for what an operator must look at. */
  readonly level: 'info' | 'warn' | 'error'
  /** What happened, e.g. `request`. */
  readonly event: string
  /** Figures and names. */
  readonly [name: string]: string | number | boolean | undefined
}

/** A record of now. */
export function record(
  level: LogRecord['level'],
  event: string,
  members: Readonly<Record<string, string | number | boolean | undefined>>,
): LogRecord {
  return { time: new Date().toISOString(), level, event, ...members }
}
