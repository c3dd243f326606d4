// SIGKILL at random moments of a run with checkpoints, in the middle of writes too. `pnpm --filter @ae/browser-tests kills` does it
// 50 times and prints what it saw.
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newestCheckpoint, readSafetensors, uniforms } from '@ae/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleSource } from '../../library/run-source.ts'
import type { Told } from './interrupted-run.ts'

const kills = process.env.MODE === 'kills' ? 50 : 8
let home: string
let bundle: string
let program: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'killed-training-'))
  bundle = await mkdtemp(join(process.cwd(), 'node_modules/.killed-training-'))
  program = await bundleSource('src/interrupted-run.node.ts', bundle, 'cjs')
})
afterAll(async () => {
  for (const folder of [home, bundle]) await rm(folder, { recursive: true, force: true })
})

test(`${kills} kills break no checkpoint, lose none that was reported, and change no weight`, {
  timeout: 600_000,
}, async () => {
  const unbroken = await follow(start(), () => undefined)
  const expected = lastOf(unbroken, 'finished')
  const losses = new Map(unbroken.flatMap((told) => (told.event === 'epoch' ? [[told.epoch, told.loss]] : [])))
  const seen = { kills: 0, inWrites: 0, runs: 0, resumed: 0, mostLeft: 0, leftAtEnd: 0 }
  for (let round = 0; seen.kills < kills || seen.runs === 0; round++) {
    const folder = join(home, String(round))
    let reported = 0
    for (let hasEnded = false; !hasEnded; ) {
      const [delay = 0, choice = 0] = uniforms('kills', { seed: 1, step: seen.kills }, 2)
      const isLast = seen.kills === kills
      const child = start(folder)
      if (!isLast && choice < 0.1) setTimeout(() => child.kill('SIGKILL'), delay * 1000) // before it has begun, perhaps
      const told = await follow(child, (first) => !isLast && first && killAt(child, folder, delay, choice))
      for (const one of told) {
        if (one.event === 'written') reported = Math.max(reported, one.step)
        if (one.event === 'epoch') expect(one.loss).toEqual(losses.get(one.epoch))
        if (one.event === 'resumed') seen.resumed++
        expect(one.event).not.toBe('passed over')
      }
      hasEnded = told.some(({ event }) => event === 'finished')
      const files = await readdir(folder).catch(() => [])
      const left = files.filter((name) => name.endsWith('.tmp'))
      for (const name of files.filter((one) => !left.includes(one))) {
        readSafetensors(await readFile(join(folder, name)))
      }
      if (reported > 0) expect(stepOf((await newestCheckpoint(folder)).name)).toBeGreaterThanOrEqual(reported)
      if (hasEnded) {
        expect(lastOf(told, 'finished')).toEqual(expected)
        seen.runs++
        seen.leftAtEnd += left.length
      } else {
        seen.kills++
        seen.mostLeft = Math.max(seen.mostLeft, left.length)
        seen.inWrites += Number(left.some((name) => name.includes(`.${child.pid}-`)))
      }
    }
  }
  if (process.env.MODE === 'kills') console.log(JSON.stringify(seen))
  expect(seen.inWrites).toBeGreaterThan(0) // else no kill fell into a write
  expect(seen.resumed).toBeGreaterThan(0)
  expect(seen.mostLeft).toBeLessThanOrEqual(1)
  expect(seen.leftAtEnd).toBe(0)
})

function start(folder?: string): ChildProcess {
  const args = folder === undefined ? [program] : [program, folder]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** All that a run tells until it ends; `onTold` is called when it tells for the first time. */
function follow(child: ChildProcess, onTold: (isFirst: boolean) => unknown): Promise<Told[]> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (some: string) => {
      onTold(text === '')
      text += some
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const whole = text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .slice(0, -1)
      if (code === 0 || signal === 'SIGKILL') resolve(whole.map((line) => JSON.parse(line) as Told))
      else reject(new Error(`the run ended with ${code ?? signal}`))
    })
  })
}

/** Kills it within some 150 ms: about half of the times when a file is being written. */
async function killAt(child: ChildProcess, folder: string, delay: number, choice: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delay * 150))
  const deadline = performance.now() + 500
  while (choice < 0.4 && performance.now() < deadline) {
    if (readdirSync(folder).some((name) => name.includes(`.${child.pid}-`))) break
  }
  child.kill('SIGKILL')
}

function lastOf(told: readonly Told[], event: Told['event']): Told | undefined {
  return told.findLast((one) => one.event === event)
}

function stepOf(name: string): number {
  return Number(/step-(\d+)/.exec(name)?.[1])
}
