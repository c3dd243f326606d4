// Empty npm projects with packages from the rehearsal's registry, and nothing else from this repository.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readJson, run } from '../workspace.mjs'

/**
 * Writes a package.json and installs packages by name: ours from the rehearsal's registry, others from npm's own. A warning is a
 * failure, unless the project also has a bundler.
 *
 * @param {string} folder an empty folder
 * @param {string} registry the address
 * @param {readonly string[]} names the packages that the project depends on directly
 * @param {object} [fields] of package.json
 * @param {readonly string[]} [npm] the command that installs
 */
export async function install(folder, registry, names, fields, npm) {
  await installAlone(folder, registry, names, fields, npm)
  assertOneCopy(folder)
}

/**
 * As {@link install}, for a program that has tfjs-core inside.
 *
 * @type {typeof install}
 */
export async function installAlone(folder, registry, names, fields = {}, npm = ['npm', 'install', '--prefer-offline']) {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, ...fields }, null, 2))
  writeFileSync(join(folder, '.npmrc'), `@ae:registry=${registry}\n`)
  const output = await mustRun([...npm, '--ignore-scripts', '--no-audit', '--no-fund', ...names], folder)
  // pnpm, which may run this script, tells npm settings that npm does not know.
  const warnings = output.split('\n').filter((line) => /^npm warn (?!Unknown)/.test(line))
  if (warnings.length > 0 && !('devDependencies' in fields))
    throw new Error(`npm install warns:\n${warnings.join('\n')}`)
}

/**
 * A second copy of tfjs would share the first one's registries (findings/tfjs-two-copies.sh) and be shipped for nothing.
 *
 * @param {string} folder
 */
function assertOneCopy(folder) {
  const copies = readdirSync(join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('@tensorflow/tfjs-core/package.json'))
    .map((path) => `${path} ${readJson(join(folder, 'node_modules', path)).version}`)
  if (copies.length !== 1) throw new Error(`expected one copy of tfjs-core, received ${copies.join(', ') || 'none'}`)
}

/**
 * @param {readonly string[]} line
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} the output of the command
 */
export async function mustRun(line, cwd, env = process.env) {
  const { code, output } = await run(line, { cwd, env })
  if (code !== 0) throw new Error(`${line.join(' ')} ended with ${code}\n${output}`)
  return output
}
