// Models behind a fetch handler, which computes in the thread that calls it.
import {
  assertOption,
  assertOptions,
  functionOption,
  lackOf,
  nameOption,
  type OptionCheck,
  optional,
  positiveInteger,
  positiveNumber,
} from '@ae/core/internal'
import { createApp } from './http/app.ts'
import { record, type ServiceOptions } from './http/service-options.ts'
import type { Engine } from './jobs/job.ts'
import { runJobs } from './jobs/run-jobs.ts'
import {
  assertServable,
  type Companions,
  type ServableModel,
  type ServedModel,
  servedModel,
} from './jobs/served-model.ts'

/** Options of {@link createHandler}. */
export interface HandlerOptions extends ServiceOptions {
  /** What draws new examples for models without a prior, by their names. Defaults to none: `sample` of such a model is refused. */
  readonly samplers?: Readonly<Record<string, NonNullable<Companions['sampler']>>> | undefined
}

/** Answers a request. */
export type Handler = (request: Request) => Promise<Response>

/** Models by the names that addresses have. */
export type Models = ServableModel | Readonly<Record<string, ServableModel>>

/**
 * Serves models over HTTP wherever there is `fetch`: in Node, Next, Bun, Deno, and Workers. `GET /` is a page to try them,
 * `/openapi.json` says what can be asked. Requests that wait together are answered by one call of the model, with the same bytes.
 *
 * It computes in the thread that calls it; `startServer` of `@ae/server/node` computes in another one.
 *
 * @param models borrowed until the last request: one model, which is called `model`, or models by name, of which the first is the
 *   one of the short paths; names consist of letters, digits, `.`, `_` and `-`
 * @param options see {@link HandlerOptions}
 * @returns a fetch handler; it never rejects
 * @throws {OptionError} on an unknown or bad option, or what is not a model
 * @example
 * ```ts
 * const model = await load('model.safetensors', vae)
 * export default { fetch: createHandler(model) }
 * ```
 */
export function createHandler(models: Models, options: HandlerOptions = {}): Handler {
  assertOptions('createHandler', options, handlerChecks)
  const byName = modelsByName(models)
  const { samplers = {}, ...service } = options
  const unknown = Object.keys(samplers).find((name) => !byName.has(name))
  assertOption('createHandler', 'samplers', unknown, (name) =>
    name === undefined ? undefined : `samplers of ${[...byName.keys()].join(', ')}`,
  )
  const served = new Map<string, ServedModel>()
  const prepared = prepare()
  prepared.catch(() => {}) // each request tells
  const engine: Engine = {
    cards: () => new Map([...served].map(([name, { card }]) => [name, card])),
    isReady: () => true,
    run: (name, jobs) =>
      runJobs(served.get(name) as ServedModel, jobs, { mostRows: service.mostRows ?? 1024 }, (error) =>
        service.log?.(record('error', 'failure', { model: name, error: String((error as Error)?.stack ?? error) })),
      ),
  }
  const app = createApp({ ...service, engine, calls: 1 })
  return async (request) => {
    await prepared
    return await app.fetch(request)
  }

  async function prepare(): Promise<void> {
    for (const [name, model] of byName) {
      served.set(name, await servedModel('createHandler', name, model, { sampler: samplers[name] }))
    }
  }
}

/** @throws {OptionError} when one is not a model, or a name does not fit into an address */
function modelsByName(models: Models): ReadonlyMap<string, ServableModel> {
  const isOne = typeof models !== 'object' || models === null || 'inputShape' in models
  const entries = isOne ? [['model', models as ServableModel] as const] : Object.entries(models)
  assertOption('createHandler', 'models', entries.length, (count) =>
    Number(count) > 0 ? undefined : 'at least one model',
  )
  for (const [name, model] of entries) {
    assertOption('createHandler', 'models', name, modelNameOption)
    assertServable('createHandler', model)
  }
  return new Map(entries)
}

/** A name that an address can have as it is. */
export const modelNameOption: OptionCheck = (name) =>
  typeof name === 'string' && /^[\w.-]{1,100}$/.test(name) && !/^\.+$/.test(name)
    ? undefined
    : 'names of letters, digits, ".", "_" and "-"'

/** The checks of {@link ServiceOptions}. */
export const serviceChecks: Readonly<Record<keyof ServiceOptions, OptionCheck>> = {
  basePath: (value) =>
    typeof value === 'string' && /^(?:\/[\w.~-]+)*$/.test(value) ? undefined : 'a path such as /api/ae',
  token: nameOption,
  mostRows: positiveInteger,
  mostBytes: positiveInteger,
  mostWaiting: positiveInteger,
  mostJoined: positiveInteger,
  bodySeconds: positiveNumber,
  seconds: positiveNumber,
  rateLimit: (value) =>
    lackOf(value, { requestsPerMinute: positiveNumber, client: optional(functionOption) }) === undefined
      ? undefined
      : '{ requestsPerMinute, client }',
  log: functionOption,
}

const handlerChecks: Readonly<Record<keyof HandlerOptions, OptionCheck>> = {
  ...serviceChecks,
  samplers: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((sampler) => lackOf(sampler, { sample: 'function' }) === undefined)
      ? undefined
      : 'samplers by the names of models, e.g. { digits: await gaussianSampler(model, data) }',
}
