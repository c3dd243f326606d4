// Reads from an address, only as long as the server makes progress, and never more than is wanted.

import { type OptionCheck, positiveInteger } from '../checks/options.ts'
import { AutoencoderError } from '../errors.ts'
import { fetchable } from '../platform.ts'
import { faultOfAddress } from './address.ts'

/** How a file is read from the network. */
export interface DownloadOptions {
  /**
   * Seconds, above 0 and up to a day, that the server may take to answer, and after that to send each further
   * `1000 * timeout` bytes: a transfer slower than 1 kB/s is aborted. Defaults to 30.
   */
  readonly timeout?: number | undefined
  /** Stops the transfer, which then rejects with the signal's reason; e.g. `AbortSignal.timeout(60_000)`. */
  readonly signal?: AbortSignal | undefined
  /**
   * The most bytes to take, counted after any content encoding is undone, a positive integer; with more the transfer stops.
   * Defaults to 2^30.
   */
  readonly limit?: number | undefined
  /** Headers of the request by name, e.g. `{ authorization: 'Bearer ...' }`. Defaults to none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What a file's first bytes say about its length: the length, how many bytes are needed to know it, or that the rest is not wanted. */
export type LengthClaim =
  | {
      /** The length of the file, in bytes. */
      readonly length: number
    }
  | {
      /** How many bytes of the file are needed to tell. */
      readonly needs: number
    }
  | {
      /** The bytes so far are all that is wanted. */
      readonly isEnough: true
    }

/** Options of {@link download}. */
export interface TransferOptions extends DownloadOptions {
  /**
   * Reads the length of the file from its beginning, so that no more than that is taken. It is called once 16 bytes are there,
   * and again when as many as it needs are. If it says that the rest is not wanted, the result is what has arrived. It may throw
   * an error of these packages, which ends the transfer. Defaults to no such length.
   *
   * @param beginning all bytes so far, borrowed
   * @returns undefined if the file does not tell
   */
  readonly claim?: ((beginning: Uint8Array) => LengthClaim | undefined | Promise<LengthClaim | undefined>) | undefined
}

/** Why a file was not read: the parts of an error, for the package that reports it as an error class of its own. */
export interface DownloadFailure {
  /** A clause, e.g. `the server answers with an error`. */
  readonly problem: string
  /** What was expected and received. */
  readonly facts: Readonly<Record<string, string>>
  /** What the reader can do about it. */
  readonly fix: string
  /** Whether the response has more bytes than `limit`. */
  readonly isTooLong?: boolean | undefined
  /** The status of the response, if it was an error. */
  readonly status?: number | undefined
  /** What `fetch` threw. */
  readonly cause?: unknown
}

/** A response of the server. */
export interface Download {
  /** The whole content, or what was wanted of it; owned by the caller. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** The header `content-type`; empty without one. */
  readonly contentType: string
}

/** The checks of {@link DownloadOptions}, for `assertOptions`. */
export const downloadChecks: Readonly<Record<'timeout' | 'signal' | 'limit' | 'headers', OptionCheck>> = {
  timeout: (value) =>
    typeof value === 'number' && value > 0 && value <= 86_400 ? undefined : 'seconds, above 0 and up to 86400',
  signal: (value) => (value instanceof AbortSignal ? undefined : 'an AbortSignal'),
  limit: positiveInteger,
  headers: (value) => (areHeaders(value) ? undefined : 'an object of header values by name'),
}

/**
 * Reads an address with `fetch`, in Node and in a page.
 *
 * @param url absolute; in a page also relative to it
 * @param options see {@link TransferOptions}
 * @returns the response, or why there is none
 * @throws the signal's reason when it aborts, and what `claim` throws
 * @example
 * ```ts
 * const answer = await download('https://example.org/a.bin', { limit: 1_000_000 })
 * if ('problem' in answer) console.log(answer.problem, answer.fix)
 * else console.log(answer.bytes.length)
 * ```
 */
export async function download(
  url: string | URL,
  { timeout = 30, signal, limit = 2 ** 30, headers = {}, claim }: TransferOptions = {},
): Promise<Download | DownloadFailure> {
  signal?.throwIfAborted()
  const fault = faultOfAddress(url)
  if (fault !== undefined) return fault
  const stop = new AbortController()
  const end = () => stop.abort()
  signal?.addEventListener('abort', end)
  // The transfer stops when the server makes no progress: no response in time, or fewer than 1,000 bytes per second.
  let received = -1 // no response yet
  let counted = 0
  let isLate = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      isLate = true
      end()
    }, 1000 * timeout)
  }
  const took = (count: number) => {
    received += count
    if (received - counted < 1000 * timeout) return
    counted = received
    wait()
  }
  try {
    wait()
    const response = await fetch(fetchable(url), { headers, signal: stop.signal })
    if (!response.ok) return refusal(response)
    received = 0
    wait()
    const length = Number(response.headers.get('content-length'))
    if (length > limit) return tooLong(limit)
    const bytes = await readBody(response.body, { expected: length, limit, claim, took })
    return 'problem' in bytes ? bytes : { bytes, contentType: response.headers.get('content-type') ?? '' }
  } catch (cause) {
    signal?.throwIfAborted()
    if (AutoencoderError.isInstance(cause)) throw cause
    if (!isLate) {
      const transferFailed = { problem: 'the transfer failed', facts: { Reason: reasonOf(cause) }, fix: failedFix }
      return { ...(faultOfAddress(url, globalThis.location?.href ?? '') ?? transferFailed), cause }
    }
    const fix = `try again later; if the connection is slow, pass a timeout above ${timeout}`
    return received < 0
      ? failure('the server does not answer', `an answer within ${timeout} s`, 'none', fix)
      : failure(
          'the server is too slow',
          `${1000 * timeout} bytes or the end within ${timeout} s`,
          `${received - counted} bytes, after ${counted} before`,
          fix,
        )
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
    end() // closes the connection of a response that was not read to its end
  }
}

/** The whole body; or the failure if it is longer than `limit`, or than it claims. */
async function readBody(
  body: ReadableStream<Uint8Array> | null,
  {
    expected,
    limit,
    claim,
    took,
  }: Pick<TransferOptions, 'claim'> & { expected: number; limit: number; took: (count: number) => void },
): Promise<Uint8Array<ArrayBuffer> | DownloadFailure> {
  // The buffer grows as bytes arrive: it doubles, or takes the whole expected length once a sixteenth of that is there.
  let bytes = new Uint8Array(0)
  let length = 0
  let needs = claim === undefined ? Number.POSITIVE_INFINITY : 16
  let most = Number.POSITIVE_INFINITY
  const reader = body?.getReader()
  for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
    const end = length + piece.value.length
    if (end > limit) return tooLong(limit)
    if (end > bytes.length) {
      const isNear = expected >= end && expected <= 16 * end
      const larger = new Uint8Array(isNear ? expected : Math.max(end, 2 * bytes.length))
      larger.set(bytes.subarray(0, length))
      bytes = larger
    }
    bytes.set(piece.value, length)
    length = end
    took(piece.value.length)
    if (length >= needs) {
      const answer = await claim?.(bytes.subarray(0, length))
      needs = answer && 'needs' in answer ? Math.max(answer.needs, length + 1) : Number.POSITIVE_INFINITY
      if (answer && 'isEnough' in answer) break
      if (answer && 'length' in answer) {
        most = answer.length
        expected = Math.max(expected, most)
        if (most > limit) return tooLong(limit)
      }
    }
    if (length > most) return overlong(most)
  }
  return length === bytes.length ? bytes : bytes.slice(0, length)
}

function failure(problem: string, expected: string, received: string, fix: string): DownloadFailure {
  return { problem, facts: { Expected: expected, Received: received }, fix }
}

function tooLong(limit: number): DownloadFailure {
  const fix = 'check the address; a file that is meant to be that long needs a larger limit'
  return { ...failure('the answer is too long', `at most ${limit} bytes`, 'more', fix), isTooLong: true }
}

function overlong(claimed: number): DownloadFailure {
  const fix = 'the file is damaged, or the server sends more after its end: have it put on the server again'
  return failure('the answer is too long', `at most ${claimed} bytes, as the file itself states`, 'more', fix)
}

const failedFix = 'check the address and the connection; in a page, also that the server allows other origins'

/** The failure of a response with an error. */
function refusal({ status, statusText, headers }: Response): DownloadFailure {
  const facts = { Expected: 'status 200', Received: `status ${status} ${statusText}`.trim() }
  const wait = headers.get('retry-after')
  const shown = wait !== null && /^[\w ,:]{1,40}$/.test(wait) ? { ...facts, 'Retry after': wait } : facts
  return { problem: 'the server answers with an error', facts: shown, fix: fixOf(status), status }
}

function fixOf(status: number): string {
  if (status >= 500) return "the fault is the server's: try again later"
  return cures[status] ?? 'open the address in a browser to see what it says'
}

const login = 'it needs a login: download the file by other means'
const cures: Readonly<Record<number, string | undefined>> = {
  401: login,
  403: 'check the address, and that the file is public: some servers answer this for a missing file too',
  404: 'check the address',
  407: login,
  410: 'check the address',
  429: 'it received too many requests: wait, then try again',
}

function areHeaders(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && new Headers(value as Record<string, string>) !== undefined
  } catch {
    return false
  }
}

/** `fetch` says only that it failed; the causes say why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`
}
