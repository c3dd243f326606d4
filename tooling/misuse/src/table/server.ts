// The calls of @ae/server.
import * as server from '@ae/server'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const { count, name, object, optional, options, positive } = kinds

const model = world.anyAutoencoder
const models: kinds.Kind = {
  name: 'a model, or models by name',
  isGood: (value) =>
    model.isGood(value) ||
    (typeof value === 'object' &&
      value !== null &&
      !('inputShape' in value) &&
      Object.keys(value).length > 0 &&
      Object.entries(value).every(([name, one]) => /^[\w.-]+$/.test(name) && !/^\.+$/.test(name) && model.isGood(one))),
}
const samplers: kinds.Kind = {
  name: 'samplers of its models',
  isGood: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([name, one]) => name === 'digits' && typeof Object(one).sample === 'function'),
}
const path: kinds.Kind = {
  name: 'a path',
  isGood: (value) => typeof value === 'string' && /^(?:\/[\w.~-]+)*$/.test(value),
}

export const serverCalls: readonly Call[] = [
  call(
    'createHandler',
    [
      place(models, { digits: world.models.vae }),
      place(
        options({
          basePath: path,
          token: name,
          mostRows: count,
          mostBytes: count,
          mostWaiting: count,
          mostJoined: count,
          bodySeconds: positive,
          seconds: positive,
          rateLimit: object('a limit', { requestsPerMinute: positive, client: optional(kinds.callback) }),
          log: kinds.callback,
          samplers,
        }),
        { mostRows: 4, rateLimit: { requestsPerMinute: 10 }, samplers: { digits: world.models.vae } },
      ),
    ],
    server.createHandler,
  ),
]
