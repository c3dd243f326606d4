// `node tooling/scripts/package-facts.mjs`: writes the table at the end of each package's README: where it runs, what it brings, and
// what it adds to a page, which is its budget in .size-limit.json. The check `anatomy` holds the READMEs to it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publishedPackages, readJson, root } from './workspace.mjs'

const everywhere = 'pages and Workers of current browsers; Bun; Deno'

/** Where packages run besides Node; nowhere else if they are not here. */
const places = /** @type {Readonly<Record<string, string>>} */ ({
  ...Object.fromEntries(
    ['core', 'losses', 'models', 'metrics', 'formats', 'datasets', 'images', 'logs', 'wasm'].map((name) => [
      name,
      everywhere,
    ]),
  ),
  server: 'Bun, Deno and other servers that call a fetch handler; the entry `@ae/server/node` in Node only',
  web: `${everywhere}. Outside of pages and Workers only \`wasm\``,
  webgpu: 'pages and Workers of browsers with WebGPU',
})

/** @returns {{ page: string, text: string }[]} the READMEs that differ, each with the text that it ought to have */
export function outdatedFacts() {
  const budgets = readJson(join(root, '.size-limit.json'))
  return publishedPackages().flatMap((package_) => {
    const page = `packages/${package_.shortName}/README.md`
    const path = join(root, page)
    if (!existsSync(path)) return []
    const text = readFileSync(path, 'utf8')
    const before = text.replace(/\n<!-- facts -->[\s\S]*?<!-- \/facts -->\n/, '').trimEnd()
    const next = `${before}\n\n<!-- facts -->\n${facts(package_, budgets)}\n<!-- /facts -->\n`
    return next === text ? [] : [{ page, text: next }]
  })
}

/**
 * @param {import('./workspace.mjs').Package} package_
 * @param {any[]} budgets
 */
function facts({ name, shortName, manifest }, budgets) {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {}, engines, license } = manifest
  const code = (/** @type {string[]} */ names) => names.map((other) => `\`${other}\``).join(', ')
  const optional = Object.keys(peerDependenciesMeta)
  const required = Object.keys(peerDependencies).filter((other) => !optional.includes(other))
  const sizes = budgets
    .filter((budget) => new RegExp(`from '${name}['/]`).test(budget.name) && !budget.name.includes('with tfjs'))
    .map(
      (budget) =>
        `${code([budget.name.split(' from ')[0].replace('import ', '')])}${remark(budget.name)} ${budget.limit}`,
    )
  const node = `Node ${String(engines.node).replace(/>=|\.0$/g, '')} or newer`
  const rows = {
    'Runs in': places[shortName] === undefined ? node : `${node}; ${places[shortName]}`,
    'Install next to it': [code(required), optional.length > 0 && `${code(optional)} for the backends of these names`]
      .filter(Boolean)
      .join('; '),
    Brings: code(Object.keys(dependencies)) || 'nothing else',
    'Adds to a page at most': sizes.length === 0 ? '' : `${sizes.join('; ')} (minified, gzip, without TensorFlow.js)`,
    Licence: hasOthersInside.includes(shortName)
      ? `${license}; \`dist/THIRD-PARTY-NOTICES.txt\` has the licences of others' code inside`
      : license,
  }
  const filled = Object.entries(rows).filter(([, value]) => value !== '')
  return ['## At a glance', '', '| | |', '|---|---|', ...filled.map((row) => `| ${row.join(' | ')} |`)].join('\n')
}

/** Those whose build writes notices. */
const hasOthersInside = ['cli', 'wasm']

/** @param {string} title of a budget, e.g. `import { vae } from '@ae/models', with tfjs-core` */
function remark(title) {
  const [, words] = /', (.+)$/.exec(title) ?? []
  return words === undefined ? '' : ` (${words})`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { page, text } of outdatedFacts()) writeFileSync(join(root, page), text)
}
