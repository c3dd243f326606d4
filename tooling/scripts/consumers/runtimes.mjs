// The README's program in runtimes other than Node, from installed packages, training in a Worker there, and a model over HTTP: in
// Bun, also as bundled by Bun for Bun, for Node and as one executable, run in a different place; in Deno, with only the permissions
// that the docs name.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeFirstImages } from './first-images.mjs'
import { checkEpochs, checkOutput, importedPackages } from './program.mjs'
import { install, mustRun } from './project.mjs'
import { answersRecipe, makeModel } from './recipe-server.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const inAWorker = 'in-a-worker.js'
const served = 'serve-handler.js'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInBun(setting) {
  const { folder, env } = await prepare(setting, { bun: '1.4.5' })
  await mustRun([process.execPath, 'install.js'], join(folder, 'node_modules/bun')) // install scripts do not run here
  const bun = join(folder, 'node_modules/.bin/bun')
  const elsewhere = join(folder, 'elsewhere')
  mkdirSync(elsewhere)
  await mustRun([bun, 'build', 'program.js', '--target', 'bun', '--outfile', 'elsewhere/for-bun.mjs'], folder)
  await mustRun([bun, 'build', 'program.js', '--target', 'node', '--outfile', 'elsewhere/for-node.mjs'], folder)
  await mustRun([bun, 'build', 'program.js', '--compile', '--outfile', 'elsewhere/single'], folder)
  const lines = [
    [bun, join(folder, 'program.js')],
    [bun, 'for-bun.mjs'],
    [process.execPath, 'for-node.mjs'],
    [join(elsewhere, 'single')],
  ]
  let seen = ''
  for (const line of lines) {
    const output = await mustRun(line, elsewhere, env)
    seen = checkOutput(setting.program, output.trim().split('\n'))
  }
  await trainInWorker([bun], folder)
  await serveHandler([bun], folder)
  await makeModel(folder, [bun])
  await answersRecipe(folder, 'bun.js', [bun, 'run'])
  return `${seen}, also in a Worker and over HTTP, and bundled for Bun, for Node and as an executable`
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInDeno(setting) {
  const { folder, env } = await prepare(setting, { deno: '2.9.6' })
  const deno = [join(folder, 'node_modules/.bin/deno'), 'run', '--no-prompt', ...permissions]
  const output = await mustRun([...deno, 'program.js'], folder, env)
  await trainInWorker(deno, folder)
  // Without the second flag Deno prints that the signal of a request aborts after its answer too.
  await serveHandler([...deno, '--allow-net=127.0.0.1', '--unstable-no-legacy-abort'], folder)
  await makeModel(folder, [process.execPath])
  await answersRecipe(folder, 'deno.js', [deno[0] ?? '', 'run'])
  return `${checkOutput(setting.program, output.trim().split('\n'))}, also in a Worker and over HTTP`
}

/** The permissions that Deno needs, as in docs/concepts/bundlers-and-runtimes.md. */
const permissions = ['--allow-env', '--allow-read']

/**
 * @param {readonly string[]} command that runs a file
 * @param {string} folder
 */
async function trainInWorker(command, folder) {
  for (const file of [inAWorker, 'training-worker.js']) copyFileSync(join(here, file), join(folder, file))
  const output = await mustRun([...command, inAWorker], folder)
  checkEpochs(readFileSync(join(here, inAWorker), 'utf8'), output.trim().split('\n'))
}

/**
 * @param {readonly string[]} command that runs a file
 * @param {string} folder
 */
async function serveHandler(command, folder) {
  copyFileSync(join(here, served), join(folder, served))
  const output = await mustRun([...command, served], folder)
  const expected = 'json 3 true\nimage/png true\n415 Unsupported media type'
  if (output.trim() !== expected) throw new Error(`a model over HTTP: expected\n${expected}\nreceived\n${output}`)
}

/**
 * @param {import('../consumers.mjs').Setting} setting
 * @param {Readonly<Record<string, string>>} devDependencies the runtime, from npm
 */
async function prepare({ folder, registry, program }, devDependencies) {
  const project = join(folder, 'project')
  mkdirSync(project)
  await install(project, registry, [...new Set([...importedPackages(program), '@ae/web', '@ae/server'])], {
    type: 'module',
    devDependencies,
  })
  writeFileSync(join(project, 'program.js'), program)
  return { folder: project, env: { ...process.env, AE_DATA_DIR: writeFirstImages(folder) } }
}
