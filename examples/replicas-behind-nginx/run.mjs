#!/usr/bin/env node
// Two `ae serve` behind nginx, under load; one is killed in the middle, started again, and later ended gently. Prints what became of the
// requests: node run.mjs MODEL. AE is the command, by default `ae`; CLIENTS and SECONDS are the load, by default 8 and 15.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fetchAgain } from './client.mjs'

const { AE = 'ae', CLIENTS = '8', SECONDS = '15' } = process.env
const [model] = process.argv.slice(2)
if (model === undefined) throw new Error('usage: node run.mjs MODEL')
const prefix = mkdtempSync(join(tmpdir(), 'ae-nginx-'))
const children = new Set()

/** Starts a process that ends with this one. */
function start(command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Starts an `ae serve`. */
function serve(port) {
  const [command, ...words] = AE.split(' ')
  return start(command, ...words, 'serve', model, '--port', String(port))
}

/** Waits until an address answers with 200. */
async function ready(url) {
  for (let i = 0; i < 300; i += 1) {
    const response = await fetch(url).catch(() => undefined)
    if (response?.ok) return
    await sleep(100)
  }
  throw new Error(`${url} is not ready after 30 seconds`)
}

const counts = { GET: newCounts(), POST: newCounts() }

function newCounts() {
  return { requests: 0, answered: 0, failed: 0, retries: {}, different: 0, slowest: 0 }
}

/** The picture of a seed must be the same, whoever drew it. */
const pictures = new Map()

/** One client: a request after the other, until the load is over. */
async function client(method, first, until) {
  const count = counts[method]
  for (let i = 0; performance.now() < until; i += 1) {
    const seed = (first + i) % 50
    count.requests += 1
    const begin = performance.now()
    const onRetry = (why) => {
      count.retries[why] = (count.retries[why] ?? 0) + 1
    }
    const request =
      method === 'GET'
        ? fetchAgain(`http://127.0.0.1:8080/sample?count=16&seed=${seed}&format=png`, { onRetry })
        : fetchAgain('http://127.0.0.1:8080/sample', {
            method,
            headers: { accept: 'image/png', 'content-type': 'application/json' },
            body: JSON.stringify({ count: 16, seed }),
            onRetry,
          })
    const response = await request.catch(() => undefined)
    if (!response?.ok) {
      count.failed += 1
      continue
    }
    const hash = createHash('sha256')
      .update(Buffer.from(await response.arrayBuffer()))
      .digest('hex')
    if (pictures.has(seed) && pictures.get(seed) !== hash) count.different += 1
    pictures.set(seed, hash)
    count.answered += 1
    count.slowest = Math.max(count.slowest, Math.round(performance.now() - begin))
  }
}

/** What the replicas go through. */
async function events(replicas, seconds) {
  await sleep(seconds * 250)
  replicas[0].kill('SIGKILL')
  console.log('killed one replica')
  await sleep(seconds * 250)
  replicas[0] = serve(8081)
  await ready('http://127.0.0.1:8081/readyz')
  console.log('started it again')
  await sleep(seconds * 200)
  const gone = once(replicas[1], 'exit')
  replicas[1].kill('SIGTERM')
  const [code] = await gone
  console.log(`ended the other one gently: exit code ${code}`)
}

try {
  copyFileSync(join(import.meta.dirname, 'nginx.conf'), join(prefix, 'nginx.conf'))
  const replicas = [serve(8081), serve(8082)]
  await Promise.all([8081, 8082].map((port) => ready(`http://127.0.0.1:${port}/readyz`)))
  start('nginx', '-p', `${prefix}/`, '-c', 'nginx.conf', '-e', 'error.log', '-g', 'daemon off;')
  await ready('http://127.0.0.1:8080/readyz')
  const until = performance.now() + Number(SECONDS) * 1000
  const clients = Array.from({ length: Number(CLIENTS) }, (_, i) => client(i % 2 ? 'POST' : 'GET', i * 7, until))
  await Promise.all([...clients, events(replicas, Number(SECONDS))])
  for (const [method, count] of Object.entries(counts)) console.log(method, JSON.stringify(count))
  process.exitCode = Object.values(counts).some(({ failed, different }) => failed + different > 0) ? 1 : 0
} finally {
  for (const child of children) child.kill('SIGTERM')
  await Promise.all([...children].map((child) => once(child, 'exit')))
  rmSync(prefix, { recursive: true })
}
