// The service as a fetch handler: routes, limits, problems, figures. What computes is passed in.
import { Hono } from 'hono'
import { version } from '../../package.json'
import {
  type Engine,
  formatsInto,
  formatsOutOf,
  type ModelCard,
  mediaTypes,
  type Operation,
  operations,
} from '../jobs/job.ts'
import { type Problem, ProblemError, problemOf, problemText, problemType } from '../jobs/problem.ts'
import { type Metrics, metrics } from './metrics.ts'
import { formatOfAnswer, formatOfBody } from './negotiate.ts'
import { openApi } from './open-api.ts'
import { page, pageScript, pageStyle } from './page.ts'
import { type RateLimitOptions, rateLimit } from './rate-limit.ts'
import { readBody } from './read-body.ts'
import { requestQueue } from './request-queue.ts'
import { tokenCheck } from './token.ts'

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

/** What the platform adds. */
export interface AppSettings extends ServiceOptions {
  readonly engine: Engine
  /** Calls of the engine that may be under way at the same time. */
  readonly calls: number
  /** Whether the service is about to end. */
  readonly isDraining?: (() => boolean) | undefined
  readonly metrics?: Metrics | undefined
}

/** A service. */
export interface App {
  /**
   * @param request any
   * @param client who sent it, for the log and for limits; undefined where the platform does not say
   */
  fetch(request: Request, client?: string): Promise<Response>
}

type Bindings = { Bindings: { readonly client: string | undefined; readonly seen: Seen } }

/** What is known of a request when it is answered. */
interface Seen {
  model: string
  operation: string
  rows: number
}

const plain = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' }

/** Makes the service. Options are checked by then. */
export function createApp(settings: AppSettings): App {
  const { engine, calls, basePath = '', token, mostRows = 1024, log, isDraining = () => false } = settings
  const { mostBytes = 2 ** 22, mostWaiting = 256, mostJoined = 16, bodySeconds = 10, seconds = 30 } = settings
  const figures = settings.metrics ?? metrics()
  const queue = requestQueue({
    run: (model, jobs) => engine.run(model, jobs),
    mostWaiting,
    mostJoined,
    calls,
    onCall: figures.called,
  })
  const check = token === undefined ? undefined : tokenCheck(token)
  const spend = settings.rateLimit === undefined ? undefined : rateLimit(settings.rateLimit.requestsPerMinute)
  const app = new Hono<Bindings>({ strict: false }).basePath(basePath)

  const only = (
    path: string,
    methods: readonly string[],
    answer: (request: Request, seen: Seen) => Promise<Response> | Response,
  ) =>
    app.all(path, ({ req: { raw }, env: { seen } }) => {
      if (!methods.includes(raw.method) && !(raw.method === 'HEAD' && methods.includes('GET')))
        throw wrongMethod(raw.method, methods)
      return answer(raw, seen)
    })
  const text = (body: string, contentType: string, headers: Readonly<Record<string, string>> = {}) =>
    new Response(body, { headers: { ...plain, 'content-type': `${contentType}; charset=utf-8`, ...headers } })
  const json = (value: unknown) => text(JSON.stringify(value), 'application/json')

  // Open to anybody.
  only('/healthz', ['GET'], () => text('ok\n', 'text/plain'))
  only('/readyz', ['GET'], () => {
    if (!isDraining() && engine.isReady()) return text('ready\n', 'text/plain')
    throw new ProblemError({
      status: 503,
      title: 'Not ready',
      detail: isDraining() ? 'The server is about to end.' : 'The models are not ready yet.',
      fix: 'try again after the seconds that Retry-After names',
      retryAfter: 1,
    })
  })
  only('/', ['GET'], ({ url }) => {
    // Links of the page are relative to a path that ends with a slash.
    const { pathname } = new URL(url)
    if (!pathname.endsWith('/'))
      return new Response(null, {
        status: 308,
        headers: { location: `${pathname.slice(pathname.lastIndexOf('/') + 1)}/` },
      })
    return text(page, 'text/html', { 'content-security-policy': policy, 'referrer-policy': 'no-referrer' })
  })
  only('/page.js', ['GET'], () => text(pageScript, 'text/javascript'))
  only('/page.css', ['GET'], () => text(pageStyle, 'text/css'))

  // Of those who have the token, as often as they may.
  app.use('*', async ({ req: { raw }, env }, next) => {
    if (check !== undefined) await check(raw)
    spend?.(settings.rateLimit?.client?.(raw) ?? env.client ?? '')
    await next()
  })
  only('/metrics', ['GET'], () =>
    text(
      figures.text({
        ae_waiting_requests: ['Requests that wait.', queue.waiting],
        ae_computing_requests: ['Requests that are being computed.', queue.computing],
        ae_ready: ['Whether requests are computed.', engine.isReady() && !isDraining() ? 1 : 0],
      }),
      'text/plain; version=0.0.4',
    ),
  )
  only('/openapi.json', ['GET'], () =>
    json(openApi([...engine.cards().values()], { version, basePath, hasToken: check !== undefined, mostRows })),
  )
  only('/models', ['GET'], () => json({ models: [...engine.cards().values()].map(described) }))
  only('/models/:name', ['GET'], ({ url }) => json(described(cardOf(engine, nameIn(url, -1)))))

  const compute = async (request: Request, seen: Seen, card: ModelCard, operation: Operation): Promise<Response> => {
    seen.model = card.name
    seen.operation = operation
    const { searchParams } = new URL(request.url)
    const { format, ...parameters } = Object.fromEntries(searchParams)
    const accept =
      format === undefined ? (request.headers.get('accept') ?? undefined) : (mediaTypes[format as 'json'] ?? format)
    const offered = formatsOutOf(card, operation)
    const to = formatOfAnswer(accept, offered)
    if (to === undefined)
      throw notAcceptable(
        operation,
        accept ?? '',
        offered.map((format) => mediaTypes[format]),
      )
    const time = deadline(request.signal)
    try {
      time.set(bodySeconds, slowBody)
      const body = request.method === 'POST' ? await readBody(request, mostBytes, time.signal) : new Uint8Array(0)
      const contentType = request.headers.get('content-type') ?? ''
      const from = body.length === 0 && operation === 'sample' ? undefined : formatOfBody(contentType)
      const taken = formatsInto(card, operation)
      if ((body.length > 0 || operation !== 'sample') && (from === undefined || !taken.includes(from))) {
        throw wrongType(
          operation,
          contentType,
          taken.map((format) => mediaTypes[format]),
        )
      }
      time.set(seconds, slowAnswer)
      const reply = await queue.answer(card.name, { operation, body, from, to, parameters }, time.signal)
      seen.rows = reply.rows
      return new Response(reply.body, {
        status: reply.status,
        headers: { ...plain, 'content-type': reply.contentType },
      })
    } finally {
      time.end()
    }
  }
  for (const operation of operations) {
    const methods = operation === 'sample' ? ['GET', 'POST'] : ['POST']
    only(`/models/:name/${operation}`, methods, (request, seen) =>
      compute(request, seen, cardOf(engine, nameIn(request.url, -2)), operation),
    )
    only(`/${operation}`, methods, (request, seen) => compute(request, seen, cardOf(engine, undefined), operation))
  }

  app.notFound(() =>
    problemResponse({
      status: 404,
      title: 'Not found',
      detail: 'There is nothing at this path.',
      fix: 'see /openapi.json for what there is',
    }),
  )
  app.onError((error, { env: { seen } }) => {
    const problem = problemOf(error, seen.operation)
    if (problem.status === 500)
      log?.(
        record('error', 'failure', {
          model: seen.model,
          operation: seen.operation,
          error: String(error.stack ?? error),
        }),
      )
    return problemResponse(problem)
  })

  return {
    async fetch(request, client) {
      const began = performance.now()
      const seen: Seen = { model: '', operation: 'request', rows: 0 }
      const response = await app.fetch(request, { client, seen })
      const duration = (performance.now() - began) / 1000
      const { model, operation, rows } = seen
      if (model !== '') figures.answered({ model, operation, status: response.status, seconds: duration, rows })
      log?.(
        record(response.status >= 500 ? 'warn' : 'info', 'request', {
          method: request.method,
          path: new URL(request.url).pathname.slice(0, 200),
          status: response.status,
          seconds: Number(duration.toFixed(6)),
          ...(model === '' ? {} : { model, operation, rows }),
          client,
        }),
      )
      return response
    },
  }
}

/** A record of now. */
export function record(
  level: LogRecord['level'],
  event: string,
  members: Readonly<Record<string, string | number | boolean | undefined>>,
): LogRecord {
  return { time: new Date().toISOString(), level, event, ...members }
}

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A card as clients see it. */
function described(card: ModelCard): unknown {
  const { refusals, ...rest } = card
  const accepts = Object.fromEntries(
    card.operations.map((name) => [name, formatsInto(card, name).map((format) => mediaTypes[format])]),
  )
  const gives = Object.fromEntries(
    card.operations.map((name) => [name, formatsOutOf(card, name).map((format) => mediaTypes[format])]),
  )
  return { ...rest, refusals, accepts, gives }
}

function nameIn(url: string, index: number): string {
  const name = new URL(url).pathname.replace(/\/+$/, '').split('/').at(index) ?? ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

/** The model of a name, or the first one. */
function cardOf(engine: Engine, name: string | undefined): ModelCard {
  const cards = engine.cards()
  const card = name === undefined ? cards.values().next().value : cards.get(name)
  if (card !== undefined) return card
  throw new ProblemError({
    status: 404,
    title: 'Unknown model',
    detail: 'There is no model of this name.',
    expected: [...cards.keys()].join(', '),
    received: name?.slice(0, 100) ?? 'none',
    fix: 'see GET /models for the names',
  })
}

/** A signal that aborts when the client leaves or time runs out; times follow one another. */
function deadline(client: AbortSignal) {
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

const slowBody = () =>
  new ProblemError({
    status: 408,
    title: 'The body did not arrive in time',
    detail: 'The body of the request did not arrive in time.',
    fix: 'send it faster',
  })
const slowAnswer = () =>
  new ProblemError({
    status: 504,
    title: 'The answer took too long',
    detail: 'The answer was not there in time.',
    fix: 'ask for fewer examples, or try again when fewer requests wait',
    retryAfter: 1,
  })
/** Nobody reads it; the status is the one that logs of nginx have. */
const gone = () =>
  new ProblemError({ status: 499, title: 'The client left', detail: 'The client closed the connection.' })

function wrongMethod(method: string, methods: readonly string[]): ProblemError {
  return new ProblemError({
    status: 405,
    title: 'Method not allowed',
    detail: 'This path does not take that method.',
    expected: methods.join(', '),
    received: method.slice(0, 20),
    fix: `use ${methods.join(' or ')}`,
  })
}

function notAcceptable(operation: string, accept: string, offered: readonly string[]): ProblemError {
  return new ProblemError({
    status: 406,
    title: 'Not acceptable',
    detail: `\`${operation}\` of this model has no answer of that type.`,
    expected: offered.join(', '),
    received: accept.slice(0, 200),
    fix: 'name one of the expected types in Accept',
  })
}

function wrongType(operation: string, contentType: string, taken: readonly string[]): ProblemError {
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
