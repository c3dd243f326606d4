// Splits what TypeDoc wrote, one Markdown file for each package, into one page for each task of a package.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../workspace.mjs'
import { tasks } from './tasks.mjs'

/** Where TypeDoc writes, and where the pages are. Git ignores it. */
export const folder = join(root, 'docs/api')

/**
 * @typedef {object} Page
 * @property {string} file relative to `docs/api`, e.g. `core/errors.md`
 * @property {string} name the package, e.g. `core`, or an entry of one, e.g. `server/node`
 * @property {string} title e.g. `Errors`
 * @property {string} text
 */

/** Replaces the files of TypeDoc by pages, and returns them. */
export function splitApi() {
  const pages = typedocFiles().flatMap(({ name, file, text }) => pagesOf(name, file, text))
  const placeOf = new Map(
    pages.flatMap(({ page, source }) => anchorsOf(page.text).map((anchor) => [`${source}#${anchor}`, page.file])),
  )
  rmSync(folder, { recursive: true })
  for (const { page, source } of pages) {
    const text = page.text.replaceAll(/\]\(([\w/.-]*)#([\w-]+)\)/g, (link, path, anchor) => {
      const target = path === '' ? source : join(dirname(source), path)
      const place = placeOf.get(`${target}#${anchor}`)
      if (place === undefined) throw new Error(`docs/api/${page.file}: ${link} leads nowhere`)
      return `](${place === page.file ? '' : relative(page.file, place)}#${anchor})`
    })
    write(page.file, `---\ntitle: "${page.title} | @ae/${page.name}"\neditLink: false\noutline: [2, 2]\n---\n\n${text}`)
  }
  write('index.md', overview(pages.map(({ page }) => page)))
}

/** @returns {{ name: string, file: string, text: string }[]} */
function typedocFiles() {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && file !== 'README.md' && !file.startsWith('_media'))
    .sort()
    .map((file) => ({
      name: file.replace(/(\/(index|README))?\.md$/, ''),
      file,
      text: readFileSync(join(folder, file), 'utf8'),
    }))
    .filter(({ text }) => text.includes('<a id='))
}

/**
 * @param {string} name
 * @param {string} source
 * @param {string} text
 * @returns {{ page: Page, source: string }[]}
 */
function pagesOf(name, source, text) {
  if (!(name in tasks)) {
    const page = {
      file: `${name}/index.md`,
      name,
      title: 'All exports',
      text: `# @ae/${name}\n${clean(text).replace(/^# .*$/m, '')}`,
    }
    return [{ page, source }]
  }
  return text
    .split(/^(?=## )/m)
    .slice(1)
    .map((section) => {
      const title = /^## (.*)$/m.exec(section)?.[1] ?? name
      const body = clean(section.replace(/^## .*\n/, '')).replaceAll(/^#(#+ )/gm, '$1')
      const file = `${name}/${title.toLowerCase().replaceAll(/\W+/g, '-')}.md`
      return { page: { file, name, title, text: `# ${title}: \`@ae/${name}\`\n\n${body}` }, source }
    })
}

/** @param {string} text without the lines that TypeDoc draws between exports */
const clean = (text) => text.replaceAll(/^\*\*\*$/gm, '')

/** @param {string} text */
const anchorsOf = (text) => [...text.matchAll(/<a id="([^"]+)"/g)].map(([, anchor = '']) => anchor)

/**
 * @param {string} from
 * @param {string} to
 */
function relative(from, to) {
  return `${'../'.repeat(from.split('/').length - 1)}${to}`
}

/** @param {readonly Page[]} pages */
function overview(pages) {
  const names = [...new Set(pages.map(({ name }) => name))]
  const sections = names.map((name) => {
    const lines = pages
      .filter((page) => page.name === name)
      .map(({ file, title, text }) => {
        const exported = [...text.matchAll(/^## (.+)$/gm)].map(([, symbol = '']) => symbol.replaceAll('\\', ''))
        return `- [${title}](${file}): ${exported.map((symbol) => `\`${symbol.replace(/<.*/, '').replace(/\(\)$/, '')}\``).join(', ')}`
      })
    return `## @ae/${name}\n\n${lines.join('\n')}`
  })
  return `---\ntitle: API\neditLink: false\n---\n\n# API\n\nEvery export, by package and task.\n\n${sections.join('\n\n')}\n`
}

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
