// What is where on the site: the bar at the top, and the pages at the side by what a reader wants to do.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishedPackages, root } from '../workspace.mjs'
import { pagesIn, routeOf } from './routes.mjs'

/** @typedef {{ text: string, link?: string, collapsed?: boolean, items?: Item[] }} Item */

/** The guides that are not about a model, by section. */
const guides = {
  data: ['pictures', 'table', 'signal', 'stream'],
  training: ['optimizers', 'resume', 'logs'],
  evaluation: ['evaluation', 'measures-of-pictures', 'representation', 'disentanglement', 'anomaly-detection'],
  formats: ['from-pytorch', 'from-keras', 'to-pytorch', 'to-onnx'],
}

/** The concepts that come first; the others follow by name. */
const concepts = ['memory', 'randomness', 'units', 'workers'].map((name) => `concepts/${name}`)

/** The guides of models: those of the README's table, in its order. */
const [table = ''] = /<!-- models -->.*?<!-- \/models -->/s.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
const modelGuides = [...table.matchAll(/\(docs\/guides\/([\w-]+)\.md\)/g)].map(([, name = '']) => name)

/** @returns {Item[]} */
export function sidebar() {
  assertAllListed()
  return [
    section('Start', [
      'getting-started',
      ...['node', 'page', 'worker', 'server', 'cuda'].map((name) => `start/${name}`),
    ]),
    section('Concepts', [...concepts, ...pagesIn('docs/concepts').map(path('concepts'))]),
    section('Models', guidesOf(modelGuides)),
    section('Data', ['data', ...guidesOf(guides.data)]),
    section('Training', ['training', ...guidesOf(guides.training)]),
    section('Evaluation', guidesOf(guides.evaluation), 'evaluation'),
    section('Files and formats', ['formats', ...guidesOf(guides.formats)]),
    section('Recipes', pagesIn('docs/recipes').map(path('recipes'))),
    { text: 'Examples', collapsed: true, items: examples() },
    section('The command', ['command-line', 'trained-models', 'cli']),
    section('Servers and scale', ['server', 'scale']),
    section('When something fails', ['errors', ...pagesIn('docs/api/errors').map(path('errors'))]),
    section('Benchmarks and backends', ['benchmarks', 'backends']),
    section('From other libraries', ['coming-from', 'migration']),
    { text: 'Packages', collapsed: true, items: packages() },
    section('Decisions', pagesIn('docs/decisions').map(path('decisions'))),
  ].filter(({ items }) => items.length > 0)
}

/** @throws when a guide is in no section */
function assertAllListed() {
  const listed = new Set([...modelGuides, ...Object.values(guides).flat()].map((name) => `${name}.md`))
  const missing = pagesIn('docs/guides').filter((name) => !listed.has(name))
  if (missing.length > 0)
    throw new Error(`tooling/scripts/site/navigation.mjs names no section for docs/guides/${missing.join(', ')}`)
}

/** @returns {Item[]} the pages of the API */
export function apiSidebar() {
  const folders = publishedPackages().map(({ shortName }) => shortName)
  return [
    { text: 'API', link: '/api/' },
    ...folders.map((name) => ({
      text: `@ae/${name}`,
      collapsed: true,
      items: [
        { text: 'Overview', link: `/packages/${name}` },
        ...apiPages(`docs/api/${name}`).map((file) => ({
          text: titleOf(`docs/api/${name}/${file}`).replace(/ \| .*/, ''),
          link: `/api/${name}/${file.replace(/(^|\/)index\.md$|\.md$/, '$1')}`,
        })),
      ],
    })),
  ]
}

/** @param {string} folder */
const apiPages = (folder) => [...(existsSync(join(root, folder, 'index.md')) ? ['index.md'] : []), ...pagesIn(folder)]

/** @param {string} folder */
const path = (folder) => (/** @type {string} */ file) => `${folder}/${file.replace(/\.md$/, '')}`

/** @param {readonly string[]} names */
const guidesOf = (names) => names.map((name) => `guides/${name}`)

/**
 * @param {string} text
 * @param {readonly string[]} pages
 * @param {string} [first]
 * @returns {Item & { items: Item[] }}
 */
function section(text, pages, first) {
  const items = [...(first ? [first] : []), ...new Set(pages)].map((page) => ({
    text: titleOf(page.startsWith('errors/') ? `docs/api/${page}.md` : `docs/${page}.md`),
    link: `/${page}`,
  }))
  return { text, collapsed: true, items }
}

/** @returns {Item[]} the folders of examples/ that have a page */
function examples() {
  const names = readdirSync(join(root, 'examples')).filter((name) =>
    existsSync(join(root, 'examples', name, 'README.md')),
  )
  return [
    { text: 'All examples', link: '/examples/' },
    ...names.map((name) => ({ text: titleOf(`examples/${name}/README.md`), link: `/examples/${name}` })),
  ]
}

/** @returns {Item[]} */
function packages() {
  return publishedPackages().map(({ shortName, name }) => ({
    text: name,
    link: `/${routeOf(`packages/${shortName}/README.md`).replace(/\.md$/, '')}`,
  }))
}

/** @param {string} file */
function titleOf(file) {
  const text = readFileSync(join(root, file), 'utf8')
  return (/^title: "?(.*?)"?$/m.exec(text)?.[1] ?? /^# (.*)$/m.exec(text)?.[1] ?? file).replaceAll('`', '')
}
