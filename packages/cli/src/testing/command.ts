// The real `ae` command in a process of its own, bundled from the sources.
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { bundleSource } from '../../../../tooling/library/run-source.ts'

/** A command that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly written: { stdout: string; stderr: string }
  /** Fulfilled when it has ended: its exit code, or 128 and the number of the signal that ended it, as a shell tells. */
  readonly ended: Promise<number>
}

/** The command's program, bundled. */
export interface Program {
  readonly path: string
  remove(): Promise<void>
}

/** Bundles `src/bin.ts`. */
export async function bundleCommand(): Promise<Program> {
  const folder = await mkdtemp(join(process.cwd(), 'node_modules/.ae-command-'))
  return {
    path: await bundleSource('src/bin.ts', folder, 'cjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Starts the command. */
export function start(
  { path }: Program,
  args: readonly string[],
  stdio: StdioOptions = ['ignore', 'pipe', 'pipe'],
): Running {
  const child = spawn(process.execPath, [path, ...args], { stdio })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text
    })
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0)))
  })
  return { child, written, ended }
}

/** Waits until the command has written a text. @throws when it ends before */
export function untilWritten(running: Running, text: string): Promise<void> {
  return until(running, `wrote ${text}`, () => `${running.written.stdout}${running.written.stderr}`.includes(text))
}

/** Waits until there is a file. @throws when the command ends before */
export function untilThere(running: Running, path: string): Promise<void> {
  return until(running, `made ${path}`, () => existsSync(path))
}

/** Looks as often as it can, so that the moment is met. */
export async function until({ child, written }: Running, what: string, condition: () => boolean): Promise<void> {
  while (!condition()) {
    if (child.exitCode !== null || child.signalCode !== null) {
      if (condition()) return
      throw new Error(`the command ended before it ${what}: ${JSON.stringify(written)}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}
