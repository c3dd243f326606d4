// Checks that everything that a user of a package gets has a licence that we may pass on: its dependencies, and what is inside.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pnpm, publishedPackages, readJson, run } from '../workspace.mjs'

/** SPDX identifiers of licences without a condition on the program that uses the code, apart from naming it. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']

/** @type {import('../checks.mjs').Check} */
export async function licences() {
  const listed = await run([...pnpm(), '--filter', './packages/*', 'licenses', 'list', '--prod', '--json'])
  if (listed.code !== 0) return [listed.output]
  const dependencies = Object.entries(JSON.parse(listed.stdout)).flatMap(([licence, packages]) =>
    packages.map((/** @type {{ name: string }} */ { name }) => ({ name, licence })),
  )
  const found = publishedPackages().map(({ name, folder }) => ({ name, ...insideOf(join(folder, 'dist')) }))
  const unnamed = found.filter(({ bundles, notices }) => bundles.length > 0 && notices.length === 0)
  return [
    ...[...dependencies, ...found.flatMap(({ notices }) => notices)]
      .filter(({ licence }) => !isAllowed(licence))
      .map(({ name, licence }) => `${name} has the licence ${licence}; allowed are ${allowed.join(', ')}`),
    ...unnamed.map(({ name, bundles }) => `${name} has ${bundles.join(', ')} inside and no THIRD-PARTY-NOTICES.txt`),
  ]
}

/** @param {string} expression of SPDX, with `AND` at most */
function isAllowed(expression) {
  return expression
    .replaceAll(/[()]/g, '')
    .split(' AND ')
    .every((licence) => allowed.includes(licence))
}

/**
 * What of others is in a build: as its source maps say, and as its notices say (tooling/library/notices.ts).
 *
 * @param {string} dist
 */
function insideOf(dist) {
  const maps = readdirSync(dist).filter((file) => file.endsWith('.map'))
  const sources = maps.flatMap((file) => /** @type {string[]} */ (readJson(join(dist, file)).sources))
  const path = join(dist, 'THIRD-PARTY-NOTICES.txt')
  const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const titles = text.split(`\n\n${'-'.repeat(80)}\n\n`).map((notice) => notice.split('\n', 1)[0] ?? '')
  return {
    bundles: [...new Set(sources.flatMap((source) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []))],
    notices: titles
      .filter((title) => title !== '')
      .map((title) => ({ name: title, licence: /\((.+?)\)/.exec(title)?.[1] ?? 'no licence' })),
  }
}
