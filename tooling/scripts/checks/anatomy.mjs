// Checks that every package has the same files, and a package.json that differs only where packages differ.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { outdatedFacts } from '../package-facts.mjs'
import { publishedPackages, readJson, root } from '../workspace.mjs'

const files = [
  'README.md',
  'api.md', // its public types
  'package.json',
  'tsconfig.json',
  'tsup.config.ts',
  'typedoc.json',
  'vitest.config.ts',
  'src/index.ts',
  'src/index.test.ts', // the list of public names, as a snapshot
]

/**
 * The conditions of one entry of a package. `module` is for bundlers, `node` for Node itself: docs/decisions/0014-sampling.md
 *
 * @param {string} name the name of its source, e.g. `index`
 */
const entry = (name) => ({
  import: {
    types: `./dist/${name}.d.ts`,
    module: `./dist/${name}.js`,
    node: `./dist/${name}.node.js`,
    default: `./dist/${name}.js`,
  },
  require: { types: `./dist/${name}.d.cts`, default: `./dist/${name}.cjs` },
})

/**
 * The entries of a package, by their key in `exports`: `.`, and others such as `./internal`.
 *
 * @param {any} manifest
 */
const entriesOf = ({ exports = {} }) =>
  Object.keys({ '.': '', ...exports })
    .filter((place) => place !== './package.json')
    .map((place) => /** @type {const} */ ([place, place === '.' ? 'index' : place.slice(2)]))

/** @type {import('../checks.mjs').Check} */
export async function anatomy() {
  const { engines, license } = readJson(join(root, 'package.json'))
  const packages = publishedPackages()
  const version = packages[0]?.manifest.version
  const facts = outdatedFacts().map(
    ({ page }) => `The table at the end of ${page} is out of date: node tooling/scripts/package-facts.mjs`,
  )
  const members = packages.flatMap(({ shortName, folder, manifest }) => [
    ...files.filter((file) => !existsSync(join(folder, file))).map((file) => `packages/${shortName} has no ${file}`),
    ...readmeProblems(shortName, folder),
    ...differences(shortName, manifest, {
      name: `@ae/${shortName}`,
      version, // the same for all packages
      license,
      type: 'module',
      sideEffects: false,
      engines,
      files: ['CHANGELOG.md', 'dist', ...(shortName === 'cli' ? ['schema'] : [])],
      ...Object.fromEntries(
        entriesOf(manifest).flatMap(([place, name]) => [
          [`exports/${place}`, { '@ae/source': `./src/${name}.ts`, ...entry(name) }],
          [`publishConfig/exports/${place}`, entry(name)],
        ]),
      ),
      'exports/./package.json': './package.json',
      'publishConfig/access': 'public',
      'publishConfig/exports/./package.json': './package.json',
      'scripts/build': 'tsup',
      'scripts/typecheck': 'tsc',
      'scripts/test': 'vitest run',
      ...tensorflow(shortName),
    }),
    ...(manifest.keywords?.includes('autoencoder') ? [] : [`packages/${shortName}/package.json has no keywords`]),
    ...(manifest.description ? [] : [`packages/${shortName}/package.json has no description`]),
  ])
  return [...members, ...facts, ...budgetProblems(packages)]
}

/** What only runs in Node, where the size of an import matters little. */
const withoutBudget = ['@ae/cli', '@ae/node-gpu', '@ae/server/node', '@ae/server/worker']

/**
 * Every public entry has a budget in .size-limit.json.
 *
 * @param {readonly import('../workspace.mjs').Package[]} packages
 */
function budgetProblems(packages) {
  /** @type {string[]} */
  const budgets = readJson(join(root, '.size-limit.json')).map((/** @type {{ name: string }} */ { name }) => name)
  return packages
    .flatMap(({ name, manifest }) => entriesOf(manifest).map(([place]) => name + place.slice(1)))
    .filter((entry) => !entry.endsWith('/internal') && !withoutBudget.includes(entry))
    .filter((entry) => !budgets.some((budget) => budget.includes(`'${entry}'`)))
    .map((entry) => `.size-limit.json has no budget for ${entry}`)
}

/**
 * Libraries declare tfjs-core as a peer dependency, so that only one copy exists; the command has it inside.
 *
 * @param {string} shortName
 */
function tensorflow(shortName) {
  const core = '@tensorflow/tfjs-core'
  if (shortName === 'cli') return { [`devDependencies/${core}`]: 'catalog:' }
  return { [`peerDependencies/${core}`]: '^4.22.0', [`devDependencies/${core}`]: 'catalog:' }
}

/**
 * @param {string} shortName
 * @param {string} folder
 */
function readmeProblems(shortName, folder) {
  const path = join(folder, 'README.md')
  if (!existsSync(path) || readFileSync(path, 'utf8').startsWith(`# @ae/${shortName}\n`)) return []
  return [`packages/${shortName}/README.md does not begin with "# @ae/${shortName}"`]
}

/**
 * @param {string} shortName
 * @param {any} manifest
 * @param {Readonly<Record<string, unknown>>} expected values by their path, e.g. `scripts/build`
 */
function differences(shortName, manifest, expected) {
  return Object.entries(expected).flatMap(([place, value]) => {
    const received = at(manifest, place)
    if (isDeepStrictEqual(received, value)) return []
    return [
      `packages/${shortName}/package.json, ${place}\n  Expected: ${JSON.stringify(value)}\n  Received: ${JSON.stringify(received)}`,
    ]
  })
}

/**
 * Names may contain slashes (`./package.json`, `@tensorflow/tfjs-core`): the longest existing name is taken.
 *
 * @param {any} value
 * @param {string} place
 * @returns {unknown}
 */
function at(value, place) {
  if (typeof value !== 'object' || value === null) return undefined
  if (place in value) return value[place]
  for (let slash = place.indexOf('/'); slash >= 0; slash = place.indexOf('/', slash + 1)) {
    if (place.slice(0, slash) in value) return at(value[place.slice(0, slash)], place.slice(slash + 1))
  }
  return undefined
}
