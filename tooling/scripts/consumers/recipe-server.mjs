// The servers of docs/recipes/bun-deno-workers.md, as printed but on a free port: each is started by the command of its page and asked.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { codeBlocks } from '../code-blocks.mjs'
import { freePort } from '../free-port.mjs'
import { root } from '../workspace.mjs'
import { mustRun } from './project.mjs'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * Writes out/vae.safetensors.
 *
 * @param {string} folder with the packages
 * @param {readonly string[]} command that runs a file
 */
export async function makeModel(folder, command) {
  copyFileSync(join(here, 'make-model.js'), join(folder, 'make-model.mjs'))
  mkdirSync(join(folder, 'out'))
  await mustRun([...command, 'make-model.mjs'], folder)
}

/**
 * @param {string} folder with the packages and out/vae.safetensors
 * @param {string} file the program's name on the page, e.g. `bun.js`
 * @param {readonly string[]} command that stands for `bun run` or `deno run`
 */
export async function answersRecipe(folder, file, command) {
  const text = readFileSync(join(root, 'docs/recipes/bun-deno-workers.md'), 'utf8')
  const { code: program = '' } = codeBlocks(text).find(({ code }) => code.startsWith(`// ${file}\n`)) ?? {}
  const [, flags] = new RegExp(`^\\w+ run (.*)${file}$`, 'm').exec(text) ?? []
  if (program === '' || flags === undefined) throw new Error(`the recipe has no ${file} with a command that runs it`)
  const port = await freePort()
  writeFileSync(join(folder, file), program.replace('3000', String(port)))
  const line = [...command.slice(1), ...flags.split(' ').filter(Boolean), file]
  const server = spawn(command[0] ?? '', line, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let errors = ''
  server.stderr.on('data', (chunk) => {
    errors += chunk
  })
  try {
    const response = await ask(`http://localhost:${port}/sample?count=16&seed=1&format=png`, server)
    const type = response.headers.get('content-type')
    if (response.status !== 200 || type !== 'image/png') throw new Error(`${file} answered ${response.status} ${type}`)
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}\n${errors}`)
  } finally {
    if (server.pid !== undefined && server.exitCode === null) process.kill(-server.pid) // also what a script of npm has started
    await once(server, 'close')
  }
}

/**
 * @param {string} address
 * @param {import('node:child_process').ChildProcess} server
 * @returns {Promise<Response>} the answer once there is one
 */
async function ask(address, server) {
  for (let tries = 0; tries < 600 && server.exitCode === null; tries++) {
    try {
      return await fetch(address)
    } catch {
      await setTimeout(100)
    }
  }
  throw new Error('it does not listen')
}
