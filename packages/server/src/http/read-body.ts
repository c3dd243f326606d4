// The body of a request, within a limit of bytes and of time.
import { joinBytes } from '@ae/core/internal'
import { ProblemError } from '../jobs/problem.ts'

/**
 * Reads a body.
 *
 * @param signal ends the wait for a slow client
 * @throws {ProblemError} when it has more than `most` bytes, as soon as that is known; when something else has read it before
 * @throws the signal's reason when it aborts
 */
export async function readBody(request: Request, most: number, signal: AbortSignal): Promise<Uint8Array> {
  if (request.bodyUsed) throw readBefore()
  const length = request.headers.get('content-length')
  if (Number(length) > most) throw tooLarge(most, Number(length))
  const body = length === null ? readStream(request, most, signal) : readWhole(request)
  body.catch(() => {}) // a client that goes away after its time has run out
  return await Promise.race([body, aborted(signal)])
}

/** The platform sees to it that a body is not longer than it says; faster than a stream. */
async function readWhole(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer())
  } catch (error) {
    // That of a body that was read from the connection, as express.json() does, not of a client that went away.
    throw error instanceof TypeError && !request.signal.aborted ? readBefore() : error
  }
}

async function readStream(request: Request, most: number, signal: AbortSignal): Promise<Uint8Array> {
  const reader = request.body?.getReader()
  if (reader === undefined) return new Uint8Array(0)
  const parts: Uint8Array[] = []
  let size = 0
  while (true) {
    const { done, value } = await reader.read()
    if (done) return joinBytes(parts)
    size += value.length
    if (size > most || signal.aborted) {
      void reader.cancel().catch(() => {})
      throw tooLarge(most, size)
    }
    parts.push(value)
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function readBefore(): ProblemError {
  return new ProblemError({
    status: 500,
    title: 'The body is gone',
    detail: 'Something else on this server read the body of the request before the models could.',
    fix: 'on the server, mount the handler above what reads bodies, such as express.json()',
  })
}

function tooLarge(most: number, received: number): ProblemError {
  return new ProblemError({
    status: 413,
    title: 'The body is too large',
    detail: 'The body of the request is larger than this server takes.',
    expected: `at most ${most} bytes`,
    received: `${received} bytes or more`,
    fix: 'send fewer examples in one request, or as .npy',
  })
}
