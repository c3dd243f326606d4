// A server for Node: HTTP in this thread, models in another one.
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { AutoencoderError, OptionError } from '@ae/core'
import {
  assertOption,
  assertOptions,
  lackOf,
  nameOption,
  nonNegativeNumber,
  type OptionCheck,
  optional,
  positiveInteger,
  positiveNumber,
} from '@ae/core/internal'
import { getRequestListener } from '@hono/node-server'
import { modelNameOption, serviceChecks } from '../create-handler.ts'
import { createApp } from '../http/app.ts'
import { metrics } from '../http/metrics.ts'
import { problemResponse } from '../http/refusals.ts'
import { record, type ServiceOptions } from '../http/service-options.ts'
import type { ModelSource } from './computer.ts'
import { inlineEngine } from './inline-engine.ts'
import { isLoopback, isLoopbackHost } from './loopback.ts'
import { watchFiles } from './watch-files.ts'
import { workerEngine } from './worker-engine.ts'
import { workerScript } from './worker-script.ts'

/** Options of {@link startServer}. */
export interface ServerOptions extends ServiceOptions {
  /** The address to listen on; one beyond loopback needs a `token`. Defaults to `127.0.0.1`. */
  readonly host?: string | undefined
  /** The port, from 0 to 65535; 0 takes one that is free. Defaults to 8000. */
  readonly port?: number | undefined
  /** Threads of the backend `wasm`, a positive integer. Defaults to one per core but one, which HTTP has; at least 1, at most 16. */
  readonly threads?: number | undefined
  /** Seconds between two looks at the files; one that has changed is read again. 0 never looks. Defaults to 1. */
  readonly reloadSeconds?: number | undefined
  /** Seconds in which `close` still accepts requests, while `/readyz` tells balancers to send no more. Defaults to 0. */
  readonly drainSeconds?: number | undefined
  /** Seconds that `close` waits for requests under way, above 0. Defaults to 10. */
  readonly graceSeconds?: number | undefined
  /** Connections at the same time, a positive integer; more are closed. Defaults to 1024. */
  readonly mostConnections?: number | undefined
  /**
   * The script of the thread that computes, where a bundler has moved it: `dist/thread.cjs` of this package, or one of your own
   * that calls `computeInThread` of `@ae/server/worker`. `false` computes in
   * this thread, whose event loop then waits for it. Defaults to the script of this package.
   */
  readonly worker?: string | URL | false | undefined
}

/** A server that listens. */
export interface RunningServer {
  /** Where it listens, e.g. `http://127.0.0.1:8000`. */
  readonly url: string
  /** What computes, e.g. `WebAssembly SIMD, 2 threads`. */
  readonly device: string
  /** The models, by name, with what each can do. */
  readonly models: readonly {
    /** As in addresses. */
    readonly name: string
    /** As in its file, e.g. `vae`; undefined for a model of your own without one. */
    readonly kind: string | undefined
    /** Of `sample`, `encode`, `decode`, `reconstruct` and `score` those that it can do. */
    readonly operations: readonly string[]
  }[]
  /**
   * Ends it: requests under way are answered, new ones are not.
   *
   * @returns true if all were answered in time
   */
  close(): Promise<boolean>
}

/**
 * Serves models from files. The models compute in a thread of their own, so that the event loop of this one stays free. A thread
 * that ends is started again; a file that changes is read again, and one that cannot be read leaves the former model in its place.
 *
 * @param models paths or `http` addresses by the names that addresses have, of which the first is the one of the short paths;
 *   with `{ model, samplerData }` a sampler is fitted to the examples of a .npy, .npz, .parquet or .safetensors file, for a model
 *   without a prior
 * @param options see {@link ServerOptions}
 * @throws {OptionError} on an unknown or bad option, or a host beyond loopback without a token
 * @throws {WeightsError} when a model cannot be loaded
 * @throws {AutoencoderError} when it cannot listen there
 * @example
 * ```ts
 * const server = await startServer({ digits: 'digits.safetensors' }, { port: 8000 })
 * console.log(server.url)
 * process.once('SIGTERM', () => server.close())
 * ```
 */
export async function startServer(
  models: Readonly<Record<string, string | ModelSource>>,
  options: ServerOptions = {},
): Promise<RunningServer> {
  assertOption('startServer', 'models', models, modelsOption)
  assertOptions('startServer', options, serverChecks)
  const {
    host = '127.0.0.1',
    port = 8000,
    threads = Math.min(16, Math.max(1, availableParallelism() - 1)),
    reloadSeconds = 1,
    worker,
    drainSeconds = 0,
    graceSeconds = 10,
    mostConnections = 1024,
    ...service
  } = options
  const { token, log, mostRows = 1024, seconds = 30, bodySeconds = 10 } = service
  if (token === undefined && !isLoopback(host)) throw needsToken(host)
  const sources = new Map(
    Object.entries(models).map(([name, source]) => [name, typeof source === 'string' ? { model: source } : source]),
  )
  const onEvent = (event: string, error: string) => log?.(record('error', event, { error }))
  const engineSettings = { sources, threads, mostRows, onEvent }
  const engine =
    worker === false
      ? await inlineEngine(engineSettings)
      : await workerEngine({ ...engineSettings, script: worker ?? workerScript(), hangSeconds: 2 * seconds + 30 })
  const figures = metrics()
  let isDraining = false
  const app = createApp({
    ...service,
    engine,
    calls: worker === false ? 1 : 2,
    metrics: figures,
    isDraining: () => isDraining,
  })
  const listener = getRequestListener(async (request, env) => {
    const { incoming } = env as { readonly incoming: { readonly socket: { readonly remoteAddress?: string } } }
    if (token === undefined && !isLoopbackHost(request.headers.get('host') ?? '')) return problemResponse(foreignHost)
    const response = await app.fetch(request, incoming.socket.remoteAddress)
    if (isDraining) response.headers.set('connection', 'close')
    return response
  })
  const server = createServer(
    {
      connectionsCheckingInterval: 1000,
      headersTimeout: 1000 * bodySeconds,
      requestTimeout: 1000 * (bodySeconds + 1),
      keepAliveTimeout: 5000,
    },
    listener,
  )
  server.maxConnections = mostConnections
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  try {
    await listen(server, host, port)
  } catch (error) {
    await engine.close()
    throw error
  }
  const unwatch = reloadSeconds === 0 ? () => {} : watchModels()

  const close = async (): Promise<boolean> => {
    unwatch()
    isDraining = true
    await sleep(drainSeconds)
    // Connections that are being opened are answered: they are accepted in one turn of the event loop and read in the next.
    for (let turn = 0; turn < 4; turn++) await new Promise(setImmediate)
    const ended = new Promise<true>((resolve) => server.close(() => resolve(true)))
    // Answers that were under way leave connections that wait for a next request. Node does not count those as idle that have
    // never sent one, as browsers and undici open in advance.
    const idle = setInterval(() => {
      server.closeIdleConnections()
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }, 50)
    const isInTime = await Promise.race([ended, sleep(graceSeconds).then(() => false)])
    clearInterval(idle)
    if (!isInTime) {
      server.closeAllConnections()
      await ended
    }
    await engine.close()
    return isInTime
  }
  let closing: Promise<boolean> | undefined
  return {
    url: urlOf(server.address() as AddressInfo),
    device: engine.device,
    models: [...engine.cards().values()].map(({ name, kind, operations }) => ({ name, kind, operations })),
    close() {
      closing ??= close()
      return closing
    },
  }

  function watchModels(): () => void {
    const files = new Map(
      [...sources].filter(([, { model }]) => !/^https?:\/\//i.test(model)).map(([name, { model }]) => [name, model]),
    )
    return watchFiles(files, reloadSeconds, (name) => {
      engine.reload(name).then(
        () => {
          figures.reloaded(name, true)
          log?.(record('info', 'model loaded again', { model: name }))
        },
        (error) => {
          figures.reloaded(name, false)
          log?.(record('error', 'model not loaded again; the former one stays', { model: name, error: String(error) }))
        },
      )
    })
  }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    if (seconds === 0) resolve()
    else setTimeout(resolve, seconds * 1000).unref()
  })
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new AutoencoderError('`startServer` cannot listen there.', {
          facts: { Host: host, Port: String(port), Reason: cause.message },
          fix:
            cause.code === 'EADDRINUSE'
              ? 'end what listens there, or pass another port; 0 takes one that is free'
              : 'pass another host or port',
          cause,
        }),
      ),
    )
    server.listen(port, host, resolve)
  })
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** A page of another site can reach loopback under a name of its own, and would read answers. */
const foreignHost = {
  status: 403,
  title: 'Unknown host',
  detail: 'Without a token, this server only answers requests to loopback.',
  expected: 'Host: localhost, 127.0.0.1 or [::1]',
  fix: 'ask for one of these, or start the server with a token',
}

function needsToken(host: string): OptionError {
  return new OptionError('`startServer` does not listen beyond loopback without a token.', {
    facts: { Expected: 'a host such as 127.0.0.1, or a `token`', Received: host },
    fix: 'pass a `token`, which requests then must have; or leave out `host`',
  })
}

const modelsOption: OptionCheck = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length > 0 &&
  Object.entries(value).every(
    ([name, source]) =>
      modelNameOption(name) === undefined &&
      (nameOption(source) === undefined ||
        lackOf(source, { model: nameOption, samplerData: optional(nameOption) }) === undefined),
  )
    ? undefined
    : 'paths by names of letters, digits, ".", "_" and "-", at least one, e.g. { digits: "digits.safetensors" }'

const serverChecks: Readonly<Record<keyof ServerOptions, OptionCheck>> = {
  ...serviceChecks,
  host: nameOption,
  port: (value) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535 ? undefined : 'an integer from 0 to 65535',
  threads: positiveInteger,
  reloadSeconds: nonNegativeNumber,
  drainSeconds: nonNegativeNumber,
  graceSeconds: positiveNumber,
  mostConnections: positiveInteger,
  worker: (value) =>
    value === false || value instanceof URL || nameOption(value) === undefined ? undefined : 'a path, a URL, or false',
}
