import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { save, selectBackend } from '@ae/core'
import { autoencoder, vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundleSource } from '../../../../tooling/library/run-source.ts'
import type { LogRecord } from '../http/service-options.ts'
import { type RunningServer, type ServerOptions, startServer } from './start-server.ts'

let folder: string
let bundled: string
let worker: string
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  await selectBackend(wasm)
  folder = await mkdtemp(join(tmpdir(), 'ae-server-'))
  for (const seed of [1, 2]) {
    const model = vae({ inputShape: [4, 4, 1], latentSize: 2, hidden: [16], seed })
    await save(model, at(`${seed}.safetensors`))
    model.dispose()
  }
  const plain = autoencoder({ inputShape: [5], codeSize: 2, hidden: [8], seed: 1 })
  await save(plain, at('plain.safetensors'))
  plain.dispose()
  bundled = await mkdtemp(join(process.cwd(), 'node_modules/.worker-')) // inside, so that dependencies resolve
  worker = await bundleSource('src/thread.ts', bundled, 'cjs')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await rm(bundled, { recursive: true, force: true })
})

/** Runs a server while `body` does. */
async function serving(
  options: ServerOptions,
  body: (server: RunningServer, records: LogRecord[]) => Promise<void>,
  models: Parameters<typeof startServer>[0] = { digits: at('1.safetensors') },
): Promise<void> {
  const records: LogRecord[] = []
  const server = await startServer(models, {
    port: 0,
    worker: false,
    log: (record) => records.push(record),
    ...options,
  })
  try {
    await body(server, records)
  } finally {
    await server.close()
  }
}

const bytesOf = async (address: string) => Buffer.from(await (await fetch(address)).arrayBuffer())

/** What a server answers to bytes that are not what `fetch` would send. */
function rawAnswer({ url }: RunningServer, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (await isDone()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('it did not happen within 10 s')
}

test('a thread of its own gives the bytes that the same thread gives, and the event loop stays free', async () => {
  let own = Buffer.alloc(0)
  await serving({}, async ({ url }) => {
    own = await bytesOf(`${url}/sample?count=9&seed=5&format=png`)
  })
  await serving({ worker }, async ({ url, device, models }) => {
    expect(device).toContain('WebAssembly SIMD')
    expect(models).toEqual([
      { name: 'digits', kind: 'vae', operations: ['sample', 'encode', 'decode', 'reconstruct', 'score'] },
    ])
    expect(await bytesOf(`${url}/sample?count=9&seed=5&format=png`)).toEqual(own)
    let last = performance.now()
    let longest = 0
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }, 1)
    const began = performance.now()
    await bytesOf(`${url}/sample?count=1024&draw=true`)
    const duration = performance.now() - began
    clearInterval(timer)
    expect(longest).toBeLessThan(Math.max(50, duration))
  })
})

test('a file that changes is read again; a broken one leaves the former model in its place', async () => {
  const path = at('changing.safetensors')
  await writeFile(path, await readFile(at('1.safetensors')))
  await serving(
    { reloadSeconds: 0.03 },
    async ({ url }, records) => {
      const sample = () => bytesOf(`${url}/sample?seed=1`)
      const first = await sample()
      const tensors = tf.memory().numTensors
      await new Promise((resolve) => setTimeout(resolve, 50))
      await writeFile(path, 'broken')
      await until(() => records.some(({ event }) => event.startsWith('model not loaded again')))
      expect(await sample()).toEqual(first)
      await writeFile(path, await readFile(at('2.safetensors')))
      await until(() => records.some(({ event }) => event === 'model loaded again'))
      expect(await sample()).not.toEqual(first)
      expect(tf.memory().numTensors).toBe(tensors)
      const text = (await bytesOf(`${url}/metrics`)).toString()
      expect(text).toContain('ae_reloads_total{model="digits",outcome="bad"} 1\n')
      expect(text).toContain('ae_reloads_total{model="digits",outcome="good"} 1\n')
    },
    { digits: path },
  )
})

test('a model without a prior samples with the data that a sampler is fitted to', async () => {
  const { npyHeader } = await import('@ae/core/internal')
  const values = Float32Array.from({ length: 40 }, (_, i) => (i % 7) / 7)
  await writeFile(at('data.npy'), Buffer.concat([npyHeader([8, 5], 'float32'), Buffer.from(values.buffer)]))
  await serving(
    {},
    async ({ url }) => {
      expect((await fetch(`${url}/models/plain/sample?count=3`)).status).toBe(422)
      expect((await (await fetch(`${url}/models/drawn/sample?count=3`)).json()).shape).toEqual([3, 5])
    },
    { plain: at('plain.safetensors'), drawn: { model: at('plain.safetensors'), samplerData: at('data.npy') } },
  )
})

describe('the end', () => {
  test('requests under way are answered', async () => {
    let answers: Promise<number[]> | undefined
    await serving({ worker }, async ({ url }) => {
      answers = Promise.all(Array.from({ length: 5 }, async () => (await fetch(`${url}/sample?count=300`)).status))
      await until(async () => {
        const text = (await bytesOf(`${url}/metrics`)).toString()
        const figures = [...text.matchAll(/^ae_(?:waiting_requests|computing_requests|requests_total\S*) (\d+)$/gm)]
        return figures.reduce((sum, [, figure]) => sum + Number(figure), 0) === 5
      })
    })
    expect(await answers).toEqual([200, 200, 200, 200, 200])
  })

  test('nothing stays in memory', async () => {
    const tensors = tf.memory().numTensors
    await serving({}, async ({ url }) => {
      expect((await fetch(`${url}/sample`)).status).toBe(200)
    })
    expect(tf.memory().numTensors).toBe(tensors)
  })

  test('while it drains, balancers are told to send no more', async () => {
    await serving({ drainSeconds: 0.3 }, async (server) => {
      expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
      const closed = server.close()
      expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
      expect((await fetch(`${server.url}/sample`)).status).toBe(200)
      expect(await closed).toBe(true)
      await expect(fetch(`${server.url}/readyz`)).rejects.toThrow()
    })
  })
})

describe('hostile clients', () => {
  test('one that sends its header or its body too slowly is cut off', () =>
    serving({ bodySeconds: 0.2 }, async (server) => {
      const header = rawAnswer(server, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow:')
      const head =
        'POST /encode HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n'
      expect(await header).toContain('408')
      expect(await rawAnswer(server, `${head}{`)).toContain('408')
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    }))

  test('one that leaves costs nothing, and does not hold up the end', () =>
    serving({}, async (server, records) => {
      const stop = new AbortController()
      const request = fetch(`${server.url}/sample?count=200`, { signal: stop.signal })
      setTimeout(() => stop.abort(), 3)
      await expect(request).rejects.toThrow()
      expect((await fetch(`${server.url}/sample`)).status).toBe(200)
      expect(records.filter(({ level }) => level === 'error')).toEqual([])
      const began = performance.now()
      await server.close()
      expect(performance.now() - began).toBeLessThan(3000)
    }))

  test('what is not HTTP, and paths that are not paths, are refused', () =>
    serving({}, async (server) => {
      expect(await rawAnswer(server, 'hello\r\n\r\n')).toContain('400')
      expect(await rawAnswer(server, 'GET /%ff%fe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toContain(
        '404',
      )
      expect(
        await rawAnswer(server, 'GET /models/%ff/sample HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
      ).toContain('404')
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    }))

  test('a page of another site that reaches loopback by a name of its own is refused', () =>
    serving({}, async (server) => {
      const answer = (host: string) =>
        rawAnswer(server, `GET /models HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(await answer('evil.example')).toContain('HTTP/1.1 403')
      expect(await answer('localhost:80')).toContain('HTTP/1.1 200')
      expect(await answer('[::1]')).toContain('HTTP/1.1 200')
    }))
})

test.each([
  ['a host beyond loopback without a token', { host: '0.0.0.0' }, /without a token/],
  ['a bad port', { port: 70_000 }, /`port`/],
  ['an unknown option', { ports: 1 } as ServerOptions, /no option `ports`/],
])('%s is refused', async (_, options, message) => {
  await expect(startServer({ digits: at('1.safetensors') }, options)).rejects.toThrow(message)
})

test('a port that is taken is named', () =>
  serving({}, async ({ url }) => {
    const port = Number(new URL(url).port)
    await expect(startServer({ digits: at('1.safetensors') }, { port, worker: false })).rejects.toThrow(
      /cannot listen[\s\S]*EADDRINUSE/,
    )
  }))

test('a model that cannot be loaded is named, also by the thread', async () => {
  await expect(startServer({ digits: at('nothing.safetensors') }, { port: 0, worker })).rejects.toMatchObject({
    name: 'WeightsError',
    message: expect.stringContaining('nothing.safetensors'),
  })
})
