// The README's program in the runtimes beside Node, from installed tarballs: in Bun, as Bun's bundler makes it for Bun, for Node
// and as one executable, run elsewhere; in Deno, with the permissions that the docs name and no others.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeFirstImages } from './first-images.mjs'
import { checkOutput, importedPackages } from './program.mjs'
import { install, mustRun } from './project.mjs'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInBun(setting) {
  const { folder, env } = await prepare(setting, { bun: '1.4.5' })
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
  return `${seen}, also bundled for Bun, for Node and as an executable`
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInDeno(setting) {
  const { folder, env } = await prepare(setting, { deno: '2.9.6' })
  const permissions = ['--no-prompt', '--allow-env', '--allow-read', '--allow-sys']
  const output = await mustRun([join(folder, 'node_modules/.bin/deno'), 'run', ...permissions, 'program.js'], folder, env)
  return checkOutput(setting.program, output.trim().split('\n'))
}

/**
 * @param {import('../consumers.mjs').Setting} setting
 * @param {Readonly<Record<string, string>>} devDependencies the runtime, from npm
 */
async function prepare({ folder, tarballs, program }, devDependencies) {
  const project = join(folder, 'project')
  mkdirSync(project)
  await install(project, tarballs, importedPackages(program), { type: 'module', devDependencies })
  writeFileSync(join(project, 'program.js'), program)
  return { folder: project, env: { ...process.env, AE_DATA_DIR: writeFirstImages(folder) } }
}
