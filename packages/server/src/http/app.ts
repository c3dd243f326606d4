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
import { ProblemError, problemOf } from '../jobs/problem.ts'
import { deadline } from './deadline.ts'
import { type Metrics, metrics } from './metrics.ts'
import { formatOfAnswer, formatOfBody } from './negotiate.ts'
import { openApi } from './open-api.ts'
import { page, pageScript, pageStyle } from './page.ts'
import { rateLimit } from './rate-limit.ts'
import { readBody } from './read-body.ts'
import { notAcceptable, plain, problemResponse, slowAnswer, slowBody, wrongMethod, wrongType } from './refusals.ts'
import { requestQueue } from './request-queue.ts'
import { record, type ServiceOptions } from './service-options.ts'
import { tokenCheck } from './token.ts'

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
