// What is wrong with a request, as RFC 9457 describes it.
import { AutoencoderError } from '@ae/core'

/** A problem. */
export interface Problem {
  /** The HTTP status. */
  readonly status: number
  /** What kind of problem: the same text for every one of a kind. */
  readonly title: string
  /** What is wrong with this request, in a sentence. */
  readonly detail: string
  /** What would have been right. */
  readonly expected?: string | undefined
  /** What was found instead. */
  readonly received?: string | undefined
  /** What the client can do about it. */
  readonly fix?: string | undefined
  /** Seconds after which the client may try again. */
  readonly retryAfter?: number | undefined
}

/** A request that cannot be answered. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.problem = problem
  }
}

/** The media type of problems. */
export const problemType = 'application/problem+json'

/** A problem as the text of a body. */
export function problemText({ retryAfter, ...problem }: Problem): string {
  return JSON.stringify({ type: 'about:blank', ...problem, ...(retryAfter === undefined ? {} : { retryAfter }) })
}

/**
 * An error that a request led to, as a problem: a designed error is the request's fault, any other is the server's.
 *
 * @param operation the name that the client knows, for messages of functions that it does not know
 */
export function problemOf(error: unknown, operation: string): Problem {
  if (error instanceof ProblemError) return error.problem
  if (!AutoencoderError.isInstance(error) || error.name === 'BackendLostError') {
    return {
      status: 500,
      title: 'Internal error',
      detail: `\`${operation}\` failed.`,
      fix: 'see the log of the server',
    }
  }
  const [sentence = '', ...lines] = error.message.split('\n')
  const facts = new Map(lines.map((line) => [line.split(':', 1)[0], line.replace(/^[^:]*:\s*/, '')]))
  return {
    status: 400,
    title: 'Bad request',
    detail: sentence.replace(inner, `\`${operation}\``),
    expected: facts.get('Expected'),
    received: facts.get('Received') ?? facts.get('Reason'),
    fix: error.fix,
  }
}

/** Functions that the server calls for a client. */
const inner = /`(?:from(?:Npy|Safetensors|Images|Rows)|apply|tabularTransform|tableModel|score|readImages|drawFrom)`/g
