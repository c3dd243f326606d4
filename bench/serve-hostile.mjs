// `pnpm --filter @ae/bench serve:hostile [--minutes 10]`: hostile clients beside good ones at `ae serve`: oversized, malformed, slow,
// aborted requests and huge counts. It fails if the server ends, a good request is not answered as at the beginning, or memory grows.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { save, selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { startAe } from './served.mjs'

const { values: settings } = readArguments('pnpm --filter @ae/bench serve:hostile: hostile clients beside good ones.', {
  minutes: { help: 'how long', default: '10', count: true },
})
const folder = mkdtempSync(join(tmpdir(), 'ae-hostile-'))
const servers = []
const counts = new Map()
const count = (name) => counts.set(name, (counts.get(name) ?? 0) + 1)
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
let isOver = false
let ended
try {
  const file = join(folder, 'vae.safetensors')
  await selectBackend(wasm)
  const model = vae({ inputShape: [28, 28, 1], latentSize: 20, seed: 1 })
  await save(model, file)
  const url = await startAe([file], servers)
  const [server] = servers
  server.once('exit', (code, signal) => {
    ended = `the server ended with ${code ?? signal}`
    isOver = true
  })
  const memory = []
  const watching = watch(server.pid, memory)
  const work = [...goodClients(url), ...hostileClients(url)].map((client) => repeat(client))
  const end = performance.now() + 60_000 * settings.minutes
  while (performance.now() < end && !isOver) await sleep(1000)
  isOver = true
  await Promise.all([...work, watching])
  if (ended !== undefined) throw new Error(ended)
  report(memory)
} finally {
  for (const server of servers) server.kill()
  rmSync(folder, { recursive: true, force: true })
}

async function repeat({ name, ask, pause }) {
  while (!isOver) {
    try {
      count(`${name}: ${await ask()}`)
    } catch (error) {
      count(`${name}: ${error.cause?.code ?? error.name}`)
    }
    await sleep(pause)
  }
}

/** Clients whose every answer must be the first one. */
function goodClients(url) {
  const examples = Array.from({ length: 32 }, (_, row) => Array.from({ length: 784 }, (_, i) => ((row + i) % 8) / 8))
  const body = JSON.stringify({ examples })
  const requests = [
    () => fetch(`${url}/sample?count=16&seed=5&format=png`),
    () => fetch(`${url}/score`, { method: 'POST', body, headers: { 'content-type': 'application/json' } }),
    () => fetch(`${url}/sample?count=3&seed=9`, { headers: { accept: 'application/x-npy' } }),
  ]
  return requests.map((request) => {
    let first
    return {
      name: 'good',
      pause: 50,
      async ask() {
        const response = await request()
        const bytes = Buffer.from(await response.arrayBuffer())
        first ??= bytes
        if (response.status === 200 && bytes.equals(first)) return 'as expected'
        return `WRONG, ${response.status}`
      },
    }
  })
}

function hostileClients(url) {
  const post = (path, body, type = 'application/json', options = {}) =>
    fetch(url + path, { method: 'POST', body, headers: { 'content-type': type }, ...options }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.status
      },
    )
  let turn = 0
  const noise = (length) => Uint8Array.from({ length }, (_, i) => (turn * 31 + i * 17 + ((i * i) >> 3)) & 255)
  const bodies = [
    () => post('/score', '{"examples":[['),
    () => post('/score', '['.repeat(100_000)),
    () => post('/score', `${'['.repeat(10_000)}${']'.repeat(10_000)}`),
    () => post('/score', '{"examples":[[1e999]],"__proto__":{"count":1}}'),
    () => post('/encode', noise(3000), 'application/x-npy'),
    () => post('/encode', noise(3000), 'application/x-safetensors'),
    () => post('/encode', noise(3000), 'image/png'),
    () =>
      post('/encode', Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), noise(500)]), 'image/png'),
    () =>
      post(
        '/encode',
        Buffer.concat([Buffer.from([255, 255, 255, 255, 255, 255, 255, 127]), noise(64)]),
        'application/x-safetensors',
      ),
    () =>
      post(
        '/encode',
        Buffer.from(
          `\x93NUMPY\x01\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (999999999, 784), }`.padEnd(128),
          'latin1',
        ),
        'application/x-npy',
      ),
    () => post('/sample?count=1000000000'),
    () => post('/sample', JSON.stringify({ count: 1e308 })),
    () => post('/sample?columns=999999'),
    () => fetch(`${url}/%00%ff${'a'.repeat(5000)}`).then(({ status }) => status),
    () => fetch(`${url}/models/..%2f..%2fetc/sample`).then(({ status }) => status),
  ]
  return [
    { name: 'malformed', pause: 20, ask: () => bodies[turn++ % bodies.length]() },
    { name: 'oversized', pause: 300, ask: () => post('/score', new Uint8Array(8 * 2 ** 20)) },
    {
      name: 'oversized without a length',
      pause: 300,
      ask: () =>
        post('/score', zeros(32 * 2 ** 20), undefined, { duplex: 'half', signal: AbortSignal.timeout(10_000) }),
    },
    {
      name: 'as many as allowed',
      pause: 500,
      ask: () =>
        fetch(`${url}/sample?count=1024&format=png`).then(async (answer) => {
          await answer.arrayBuffer()
          return answer.status
        }),
    },
    ...Array.from({ length: 4 }, (_, i) => ({
      name: 'aborted',
      pause: 30,
      ask: () => post('/sample?count=200', undefined, undefined, { signal: AbortSignal.timeout(1 + 7 * i) }),
    })),
    ...Array.from({ length: 10 }, () => ({
      name: 'slow header',
      pause: 100,
      ask: () => slowly(url, 'GET /sample HTTP/1.1\r\nHost: localhost\r\nX-Slow: '),
    })),
    ...Array.from({ length: 10 }, () => ({
      name: 'slow body',
      pause: 100,
      ask: () =>
        slowly(
          url,
          'POST /score HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n',
        ),
    })),
    { name: 'not HTTP', pause: 200, ask: () => slowly(url, Buffer.from(noise(400)).toString('latin1')) },
    { name: 'connected and silent', pause: 100, ask: () => slowly(url, '') },
    {
      name: 'pipelined',
      pause: 200,
      ask: () => slowly(url, 'GET /sample HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20), 100),
    },
  ]
}

/** A stream of bytes; one without an end would be read into memory by `fetch` after the server has refused it. */
function zeros(length) {
  let left = length
  return new ReadableStream({
    pull(stream) {
      if (left <= 0) return stream.close()
      stream.enqueue(new Uint8Array(65_536))
      left -= 65_536
    },
  })
}

/** Sends a text, then a byte every 200 ms until the server ends the connection, 30 s are over, or `most` milliseconds. */
function slowly(url, text, most = 30_000) {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => text !== '' && socket.write(text, 'latin1'))
    const timer = setInterval(() => text !== '' && socket.write('x'), 200)
    const give = setTimeout(() => socket.destroy(), most)
    let answer = 'no answer'
    socket.on('data', (chunk) => {
      answer = String(chunk).slice(0, 12)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(timer)
      clearTimeout(give)
      resolve(answer.replace('HTTP/1.1 ', ''))
    })
  })
}

async function watch(pid, memory) {
  while (!isOver) {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    memory.push(Number(kilobytes) / 1024)
    if (memory.length % 60 === 0)
      console.log(
        `${memory.length} s: ${memory.at(-1).toFixed(0)} MiB, ${counts.get('good: as expected')} good requests`,
      )
    await sleep(1000)
  }
}

function report(memory) {
  for (const [name, times] of [...counts].sort()) console.log(`${name}: ${times}`)
  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1]
  const part = Math.floor(memory.length / 5)
  const parts = Array.from({ length: 5 }, (_, i) => median(memory.slice(i * part, (i + 1) * part)))
  console.log(`memory in MiB, medians of fifths of the time: ${parts.map((value) => value.toFixed(0)).join(', ')}`)
  const wrong = [...counts.keys()].filter((name) => name.startsWith('good') && name !== 'good: as expected')
  if (wrong.length > 0) throw new Error(`good requests: ${wrong.join('; ')}`)
  // The first fifth warms up.
  if (parts[4] > 1.15 * parts[1]) throw new Error('memory grew')
  console.log('no crash, every good request answered, memory flat')
}
