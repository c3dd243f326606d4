// The bearer token of a request. RFC 6750.
import { ProblemError } from '../jobs/problem.ts'

/**
 * A check of tokens, in a time that does not tell how much of one was right: digests are compared, whole.
 *
 * @param token the one that is right
 * @returns a function that throws a {@link ProblemError} when a request has another one, or none
 */
export function tokenCheck(token: string): (request: Request) => Promise<void> {
  const expected = digest(token)
  return async (request) => {
    const received = /^Bearer +(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
    const [right, own] = await Promise.all([expected, digest(received ?? '')])
    let difference = received === undefined ? 1 : 0
    for (const [i, byte] of right.entries()) difference |= byte ^ (own[i] as number)
    if (difference === 0) return
    throw new ProblemError({
      status: 401,
      title: 'Not authorized',
      detail: received === undefined ? 'The request has no token.' : 'The token of the request is wrong.',
      expected: 'Authorization: Bearer <token>',
      fix: 'send the token that the server was started with',
    })
  }
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}
