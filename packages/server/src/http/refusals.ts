// What requests are refused with, and problems as responses.
import { type Problem, ProblemError, problemText, problemType } from '../jobs/problem.ts'

/** Headers of every answer. */
export const plain = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' }

/** The body took longer than `bodySeconds`. */
export const slowBody = () =>
  new ProblemError({
    status: 408,
    title: 'The body did not arrive in time',
    detail: 'The body of the request did not arrive in time.',
    fix: 'send it faster',
  })
/** The answer took longer than `seconds`. */
export const slowAnswer = () =>
  new ProblemError({
    status: 504,
    title: 'The answer took too long',
    detail: 'The answer was not there in time.',
    fix: 'ask for fewer examples, or try again when fewer requests wait',
    retryAfter: 1,
  })
/** Nobody reads it; the status is the one that logs of nginx have. */
export const gone = () =>
  new ProblemError({ status: 499, title: 'The client left', detail: 'The client closed the connection.' })

/** A method that the path does not take. */
export function wrongMethod(method: string, methods: readonly string[]): ProblemError {
  return new ProblemError({
    status: 405,
    title: 'Method not allowed',
    detail: 'This path does not take that method.',
    expected: methods.join(', '),
    received: method.slice(0, 20),
    fix: `use ${methods.join(' or ')}`,
  })
}

/** No answer of the types of Accept. */
export function notAcceptable(operation: string, accept: string, offered: readonly string[]): ProblemError {
  return new ProblemError({
    status: 406,
    title: 'Not acceptable',
    detail: `\`${operation}\` of this model has no answer of that type.`,
    expected: offered.join(', '),
    received: accept.slice(0, 200),
    fix: 'name one of the expected types in Accept',
  })
}

/** A body of a type that is not taken. */
export function wrongType(operation: string, contentType: string, taken: readonly string[]): ProblemError {
  return new ProblemError({
    status: 415,
    title: 'Unsupported media type',
    detail: `\`${operation}\` of this model takes no body of that type.`,
    expected: taken.join(', '),
    received: contentType === '' ? 'no Content-Type' : contentType.slice(0, 200),
    fix: 'name the type of the body in Content-Type',
  })
}

/** A problem as a response. */
export function problemResponse(problem: Problem): Response {
  const { status, retryAfter, expected } = problem
  return new Response(problemText(problem), {
    status: status === 499 ? 400 : status,
    headers: {
      ...plain,
      'content-type': problemType,
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(status === 405 && expected !== undefined ? { allow: expected } : {}),
      ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    },
  })
}
