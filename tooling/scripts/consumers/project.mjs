// Empty npm projects with the packed packages installed, and nothing else from this repository.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm, publishedPackages, readJson, root, run } from '../workspace.mjs'

/**
 * Packs every published package.
 *
 * @param {string} destination a folder, made here
 * @returns {Promise<Record<string, string>>} the tarball of each package
 */
export async function pack(destination) {
  const packages = publishedPackages()
  for (const { name, folder } of packages) {
    if (!existsSync(join(folder, 'dist/index.js'))) throw new Error(`${name} is not built: run \`pnpm build\``)
  }
  mkdirSync(destination)
  await mustRun([...pnpm(), '--filter', './packages/*', 'pack', '--pack-destination', destination], root)
  return Object.fromEntries(
    packages.map(({ name, manifest }) => {
      return [name, join(destination, `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)]
    }),
  )
}

/**
 * Writes a package.json and installs from tarballs; other dependencies come from the registry.
 *
 * @param {string} folder an empty folder
 * @param {Readonly<Record<string, string>>} tarballs of every published package
 * @param {readonly string[]} names the packages that the project depends on directly
 * @param {object} [fields] of package.json
 * @param {readonly string[]} [npm] the command that installs
 */
export async function install(folder, tarballs, names, fields, npm) {
  await installAlone(folder, tarballs, names, fields, npm)
  assertOneCopy(folder)
}

/**
 * As {@link install}, for a program that has tfjs-core inside.
 *
 * @type {typeof install}
 */
export async function installAlone(folder, tarballs, names, fields = {}, npm = ['npm', 'install', '--prefer-offline']) {
  const files = Object.fromEntries(Object.entries(tarballs).map(([name, tarball]) => [name, `file:${tarball}`]))
  const manifest = {
    name: 'consumer',
    private: true,
    ...fields,
    dependencies: Object.fromEntries(names.map((name) => [name, files[name]])),
    overrides: files,
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  await mustRun([...npm, '--ignore-scripts', '--no-audit', '--no-fund'], folder)
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
