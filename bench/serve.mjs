// `pnpm --filter @ae/bench serve [--rounds 3] [--seconds 2] [--clients 1,4,16,64] [--threads 1] [--write]`: `ae serve` beside the same
// service in PyTorch, FastAPI and uvicorn: the same VAE, one process each, a client in a process of its own. They alternate; the
// best round of each counts. PYTHON names a Python with torch, fastapi, uvicorn[standard], orjson and Pillow. `--write` writes
// results/serve.json and the docs.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { save, selectBackend, train } from '@ae/core'
import { batchOf, mnist } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { freePort } from '../tooling/scripts/free-port.mjs'
import { readArguments } from './arguments.mjs'
import { commandOf, machine } from './machine.mjs'
import { digits } from './on-every-core.mjs'
import { replaceSection, writeResult } from './report.mjs'
import { startAe } from './served.mjs'
import { table } from './table.mjs'

const { values: settings } = readArguments(
  'pnpm --filter @ae/bench serve: `ae serve` beside PyTorch, FastAPI and uvicorn; some minutes.',
  {
    rounds: { help: 'how often each runs', default: '3', count: true },
    seconds: { help: 'how long each time', default: '2', count: true },
    clients: { help: 'connections that are kept busy', default: '1,4,16,64', counts: true },
    threads: { help: 'threads that compute, of each', default: '1', count: true },
    write: { help: 'writes the result and the docs' },
  },
)
const python = process.env.PYTHON ?? 'python3'
const folder = mkdtempSync(join(tmpdir(), 'ae-bench-serve-'))
const file = join(folder, 'vae.safetensors')
const servers = []
try {
  const examples = await prepare(file)
  const works = {
    'sample 16 as PNG': { path: '/sample?count=16&seed=1', ours: '&format=png' },
    'score 32 rows': { path: '/score', body: JSON.stringify({ examples }) },
  }
  const ae = await startAe([file, '--threads', String(settings.threads)], servers)
  const torch = await startTorch(settings.threads)
  await compare(ae, torch, works)
  const [aeProcess, torchProcess] = servers
  const contenders = [
    { name: '@ae', url: ae, pid: aeProcess.pid },
    { name: 'PyTorch', url: torch.url, pid: torchProcess.pid },
  ]
  const found = []
  for (let round = 0; round < settings.rounds; round++) {
    for (const [work, { path, ours = '', body }] of Object.entries(works)) {
      for (const clients of settings.clients) {
        for (const { name, url, pid } of contenders) {
          const before = cpuSeconds(pid)
          const address = { url, path: name === '@ae' ? path + ours : path }
          const run = load({ ...address, body, connections: clients, seconds: settings.seconds })
          const cpuMilliseconds = (1000 * (cpuSeconds(pid) - before)) / run.total
          if (run.failed > 0) throw new Error(`${name}, ${work}, ${clients} clients: ${run.failed} requests failed`)
          found.push({ name, work, clients, cpuMilliseconds, ...run })
        }
      }
    }
  }
  report(works, found, torch.versions)
} finally {
  for (const server of servers) server.kill()
  rmSync(folder, { recursive: true, force: true })
}

/** Trains a model for an epoch, so that its pictures are those of digits, and returns the rows to score. */
async function prepare(path) {
  process.env.AE_DATA_DIR = digits
  await selectBackend(wasm)
  const data = await mnist({ split: 'train' })
  const model = vae({ inputShape: data.shape, latentSize: 20, seed: 1 })
  for await (const _ of train(model, data.take(6000), { epochs: 1 }));
  await save(model, path)
  model.dispose()
  const rows = await batchOf(data, 32)
  const values = Array.from(await rows.data(), (value) => Number(value.toFixed(4)))
  rows.dispose()
  return Array.from({ length: 32 }, (_, i) => values.slice(784 * i, 784 * (i + 1)))
}

async function startTorch(threads) {
  const port = await freePort()
  servers.push(
    spawn(python, [join(import.meta.dirname, 'peers/serve_torch.py'), file, String(port), String(threads)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  )
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; i < 600; i++) {
    const answer = await fetch(`${url}/versions`).catch(() => undefined)
    if (answer !== undefined) return { url, versions: await answer.json() }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`no answer from ${python}; does it have torch, fastapi, uvicorn, orjson and Pillow?`)
}

/** Both give the same scores, and pictures of the same size. */
async function compare(ae, { url }, works) {
  const { path, body } = works['score 32 rows']
  const request = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
  const [own, theirs] = await Promise.all(
    [ae, url].map(async (server) => (await (await fetch(server + path, request)).json()).scores),
  )
  const worst = Math.max(...own.map((score, i) => Math.abs(score - theirs[i]) / theirs[i]))
  if (!(worst < 1e-4)) throw new Error(`the scores differ by ${worst}`)
  const sizes = await Promise.all(
    [`${ae}/sample?count=16&format=png`, `${url}/sample?count=16`].map(async (address) => {
      const bytes = Buffer.from(await (await fetch(address)).arrayBuffer())
      return `${bytes.readUInt32BE(16)} x ${bytes.readUInt32BE(20)}`
    }),
  )
  if (sizes[0] !== sizes[1]) throw new Error(`the pictures have ${sizes.join(' and ')} pixels`)
}

function load(setting) {
  return JSON.parse(
    execFileSync(process.execPath, [join(import.meta.dirname, 'programs/http-load.mjs'), JSON.stringify(setting)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
}

/** What a process and its threads have taken, by Linux; NaN elsewhere. */
function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}

function report(works, found, versions) {
  const rows = Object.keys(works).flatMap((work) =>
    settings.clients.map((clients) => {
      const [own, theirs] = ['@ae', 'PyTorch'].map((name) =>
        found
          .filter((run) => run.name === name && run.work === work && run.clients === clients)
          .reduce((best, run) => (run.requestsPerSecond > best.requestsPerSecond ? run : best)),
      )
      return [
        work,
        String(clients),
        own.requestsPerSecond.toFixed(0),
        theirs.requestsPerSecond.toFixed(0),
        (own.requestsPerSecond / theirs.requestsPerSecond).toFixed(2),
        own.p99.toFixed(0),
        theirs.p99.toFixed(0),
        own.cpuMilliseconds.toFixed(2),
        theirs.cpuMilliseconds.toFixed(2),
      ]
    }),
  )
  const columns = ['', 'clients', 'requests/s, `ae serve`', 'PyTorch', 'ratio', 'p99 in ms, `ae serve`', 'PyTorch']
  columns.push('CPU ms a request, `ae serve`', 'PyTorch')
  const text = [
    `Measured by \`${commandOf('--filter @ae/bench serve')}\` on ${machine.processor}, ${machine.cores} cores, ${settings.threads} computing thread of each, Node ${machine.node}:`,
    `a VAE 784-400-20, PyTorch ${versions.torch}, FastAPI ${versions.fastapi}, uvicorn ${versions.uvicorn}, Pillow ${versions.pillow}; alternating, the best of ${settings.rounds} rounds of ${settings.seconds} s.`,
    '',
    ...table(columns, rows),
  ].join('\n')
  console.log(text)
  if (!settings.write) return
  writeResult('serve', { machine, settings, versions, found })
  replaceSection('server.md', 'serve', text)
}
