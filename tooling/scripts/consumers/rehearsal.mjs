// The rehearsal of a release, in a copy of the packages: what .github/workflows/release.yml does, with the packages as they are
// built here, and a registry of our own.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm, publishedPackages, readJson, root, tool } from '../workspace.mjs'
import { mustRun } from './project.mjs'

/** Of no repository. */
const address = 'https://example.org/owner/name'

/**
 * Applies the changesets to the copy and publishes it.
 *
 * @param {string} copy a folder, made here
 * @param {import('./registry.mjs').Registry} registry
 * @returns {Promise<string>} a short summary
 */
export async function rehearse(copy, registry) {
  const packages = publishedPackages()
  for (const { name, folder } of packages) {
    if (!existsSync(join(folder, 'dist/index.js'))) throw new Error(`${name} is not built: run \`pnpm build\``)
  }
  copyPackages(copy)
  const changeset = tool('@changesets/cli', 'changeset')
  await mustRun([process.execPath, join(root, 'tooling/scripts/addresses.mjs'), address], copy)
  await mustRun([...changeset, 'version'], copy)
  useOnly(registry, copy)
  // From the root, whose configuration npx uses: the registry of the copy does not have pnpm.
  const inCopy = [...pnpm(), '--dir', copy, '--config.verify-deps-before-run=false', 'exec']
  await mustRun([...inCopy, ...changeset, 'publish', '--no-git-tag'], root)

  const { version } = readJson(join(copy, 'packages/core/package.json'))
  for (const { name, shortName } of packages) {
    const changelog = readFileSync(join(copy, 'packages', shortName, 'CHANGELOG.md'), 'utf8')
    if (!changelog.startsWith(`# ${name}\n\n## ${version}\n\n#`)) {
      throw new Error(`the changelog of ${name} does not begin with ${version}:\n${changelog.slice(0, 200)}`)
    }
    await checkPublished(name, version, registry)
  }
  return `${packages.length} packages at ${version}`
}

/**
 * What changesets, pnpm and npm read.
 *
 * @param {string} copy
 */
function copyPackages(copy) {
  const places = ['package.json', 'pnpm-workspace.yaml', 'LICENSE', '.changeset', 'packages', 'tooling/library']
  const isSource = /[\\/](src|fixtures|\.[a-z]+)$/
  for (const place of places) {
    const filter = (/** @type {string} */ path) => place === '.changeset' || !isSource.test(path)
    cpSync(join(root, place), join(copy, place), { recursive: true, verbatimSymlinks: true, filter })
  }
}

/**
 * @param {import('./registry.mjs').Registry} registry
 * @param {string} folder where npm may use no other registry
 */
function useOnly({ address, token }, folder) {
  const lines = [
    `registry=${address}`,
    `@ae:registry=${address}`,
    `${address.replace('http:', '')}:_authToken=${token}`,
  ]
  writeFileSync(join(folder, '.npmrc'), lines.join('\n'))
}

/**
 * @param {string} name
 * @param {string} version
 * @param {import('./registry.mjs').Registry} registry
 */
async function checkPublished(name, version, registry) {
  const response = await fetch(registry.address + name.replace('/', '%2f'))
  const { 'dist-tags': tags, readme, versions } = /** @type {any} */ (await response.json())
  if (tags?.latest !== version || !readme?.startsWith(`# ${name}\n`)) {
    throw new Error(`the registry does not have ${name}@${version} with its README, but ${JSON.stringify(tags)}`)
  }
  if (!versions[version].repository?.url.includes(address))
    throw new Error(`${name}@${version} does not name its repository`)
  const asked = Object.entries(versions[version].dependencies ?? {})
  const wrong = asked.filter(([other, range]) => other.startsWith('@ae/') && range !== `^${version}`)
  if (wrong.length > 0) throw new Error(`${name}@${version} asks for ${JSON.stringify(wrong)}`)
}
