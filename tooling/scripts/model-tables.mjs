// `node tooling/scripts/model-tables.mjs`: writes the tables of models in the READMEs, from `ae models --json` of the built
// command, and the verbs in docs/cli.md, from `ae man --markdown`. The check `models` holds the pages to it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, run } from './workspace.mjs'

/** @typedef {Readonly<Record<string, any>>} Model a member of what `ae models --json` prints */

/** @type {Readonly<Record<string, (models: readonly Model[]) => readonly string[]>>} by page, the lines of its section */
const pages = {
  'README.md': (models) => [
    '| model | `pnpm start --model` | what it does |',
    '|---|---|---|',
    ...models.map(({ name, title, summary }) => `| [${title}](docs/guides/${name}.md) | \`${name}\` | ${summary} |`),
    '| [your own](docs/guides/own-model.md) | | thirty lines, trained by the same `train` |',
  ],
  'packages/models/README.md': (models) => [
    '| model | paper | default objective | steps replayed on `wasm` |',
    '|---|---|---|---|',
    ...models.map(
      ({ kind, usage, paper, objective, isReplayed }) =>
        `| \`${kind}(${usage})\` | ${paper} | ${objective} | ${isReplayed ? 'yes' : 'no'} |`,
    ),
  ],
  'packages/cli/README.md': (models) => [
    '| `--model` | what it does | `--network` by default | figures |',
    '|---|---|---|---|',
    ...models.map(
      ({ name, summary, network, figures }) => `| \`${name}\` | ${summary} | ${network} | ${figures.join(', ')} |`,
    ),
  ],
}

/**
 * The pages whose table is not that of the built command.
 *
 * @returns {Promise<{ page: string, text: string }[]>} each with the text that it ought to have
 */
export async function outdatedPages() {
  const models = JSON.parse(await ae('models', '--json'))
  const sections = [
    ...Object.entries(pages).map(([page, lines]) => ({ page, name: 'models', text: lines(models).join('\n') })),
    { page: 'docs/cli.md', name: 'verbs', text: (await ae('man', '--markdown')).trim() },
  ]
  return sections.flatMap(({ page, name, text: section }) => {
    const before = readFileSync(join(root, page), 'utf8')
    const text = withSection(page, before, name, section)
    return text === before ? [] : [{ page, text }]
  })
}

/** @param {...string} args of the built command */
async function ae(...args) {
  const { code, stdout, output } = await run([process.execPath, 'packages/cli/dist/bin.js', ...args])
  if (code === 0) return stdout
  throw new Error(`\`ae ${args.join(' ')}\` failed; build the packages first: pnpm build\n${output}`)
}

/**
 * @param {string} page
 * @param {string} text
 * @param {string} name of the section, e.g. `models`
 * @param {string} section what stands between `<!-- models -->` and `<!-- /models -->`
 */
function withSection(page, text, name, section) {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${page} has no section ${start} ... ${end}`)
  return `${text.slice(0, from + start.length)}\n${section}\n${text.slice(to)}`
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { page, text } of await outdatedPages()) {
    writeFileSync(join(root, page), text)
    console.log(`wrote ${page}`)
  }
}
