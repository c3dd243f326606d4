// The program of `ae serve`.
import { basename } from 'node:path'
import { OptionError } from '@ae/core'
import { type LogRecord, type ModelSource, startServer } from '@ae/server/node'
import { listenForStops } from '../stop-requests.ts'
import type { Run } from '../verb.ts'

const levels = ['info', 'warn', 'error']

/** Serves until a signal asks it to stop. */
export const run: Run = async (settings, { stdout, stderr, env }) => {
  const { host, port, threads, mostRows, mostBytes, mostWaiting, seconds, reloadSeconds, drainSeconds, graceSeconds } =
    settings as Readonly<Record<string, never>>
  const models = sourcesOf(settings.models as readonly string[], settings.samplerData as readonly string[] | undefined)
  const { token = env.AE_TOKEN || undefined, rateLimit } = settings
  const least = levels.indexOf(String(settings.log))
  const stop = listenForStops(() => {})
  try {
    const server = await startServer(models, {
      ...{ host, port, threads, mostRows, mostBytes, mostWaiting, seconds, reloadSeconds, drainSeconds, graceSeconds },
      token: token === undefined ? undefined : String(token),
      rateLimit: rateLimit === undefined ? undefined : { requestsPerMinute: Number(rateLimit) },
      worker: settings.oneThread === true ? false : undefined,
      log(record: LogRecord) {
        if (levels.indexOf(record.level) >= least) stderr.write(`${JSON.stringify(record)}\n`)
      },
    })
    const { url, device } = server
    if (settings.json) stdout.write(`${JSON.stringify({ url, device, models: server.models })}\n`)
    else {
      const names = server.models.map(({ name, kind, operations }) => `  ${name}  ${kind}: ${operations.join(', ')}\n`)
      stdout.write(`${url}  (${device})\n${names.join('')}`)
    }
    await new Promise<void>((resolve) => {
      if (stop.signal.aborted) resolve()
      else stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    return (await server.close()) ? 0 : 1
  } finally {
    stop.close()
  }
}

/** The models by name. */
function sourcesOf(words: readonly string[], data: readonly string[] = []): Record<string, ModelSource> {
  const named = words.map((word) => splitName(word, nameOfFile))
  const models = new Map<string, ModelSource>()
  for (const [name, model] of named) {
    if (!models.has(name)) models.set(name, { model })
    else throw refusal(`two models of the name ${name}`, `${name}=${model}`, `give one another name: other=${model}`)
  }
  for (const word of data) {
    const [name, samplerData] = splitName(word, () => named[0]?.[0] ?? '')
    const source = models.get(name)
    if (source === undefined)
      throw refusal(`--sampler-data of an unknown model`, word, `name one of ${[...models.keys()].join(', ')}`)
    models.set(name, { ...source, samplerData })
  }
  return Object.fromEntries(models)
}

function splitName(word: string, defaultName: (file: string) => string): readonly [name: string, file: string] {
  const [, name, file] = /^([\w.-]+)=(.+)$/.exec(word) ?? []
  return name === undefined || file === undefined ? [defaultName(word), word] : [name, file]
}

/** The name of the file, without its ending, in the letters that an address may have. */
function nameOfFile(file: string): string {
  const path = /^https?:/i.test(file) ? new URL(file).pathname : file
  return (
    basename(path)
      .replace(/\.[^.]*$/, '')
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 100) || 'model'
  )
}

function refusal(what: string, received: string, fix: string): OptionError {
  return new OptionError(`\`ae serve\` received ${what}.`, { facts: { Received: received }, fix })
}
