// llms.txt and llms-full.txt: the site for programs that read (https://llmstxt.org), from the same pages.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../workspace.mjs'
import { sidebar } from './navigation.mjs'

const about = 'Autoencoders and VAEs in TypeScript on TensorFlow.js: one program trains in Node and in the browser.'

/**
 * Writes both files, and each page as Markdown next to its HTML.
 *
 * @param {string} outDir the built site
 * @param {string} base
 */
export function writeLlms(outDir, base) {
  const sections = sidebar().filter(({ text }) => text !== 'Decisions')
  const list = sections.map(({ text, items = [] }) => {
    const lines = items.map(
      ({ text: title, link = '' }) =>
        `- [${title}](${base}${link.slice(1).replace(/\/$/, '/index')}.md): ${summaryOf(sourceOf(link))}`,
    )
    return `## ${text}\n\n${lines.join('\n')}`
  })
  const links = sections.flatMap(({ items = [] }) => items.map(({ link = '' }) => link))
  for (const link of links) {
    const to = join(outDir, `${link.replace(/\/$/, '/index')}.md`)
    mkdirSync(dirname(to), { recursive: true })
    cpSync(sourceOf(link), to)
  }
  writeFileSync(join(outDir, 'llms.txt'), `# @ae\n\n> ${about}\n\n${list.join('\n\n')}\n`)
  const whole = links
    .filter((link) => !/^\/(errors\/|benchmarks|backends)/.test(link))
    .map((link) => textOf(sourceOf(link)))
  writeFileSync(join(outDir, 'llms-full.txt'), `# @ae\n\n> ${about}\n\n${whole.join('\n\n')}\n`)
}

/** @param {string} link of the sidebar */
function sourceOf(link) {
  if (/^\/(packages|examples)\//.test(link)) return join(root, link, 'README.md')
  return join(root, link.startsWith('/errors/') ? 'docs/api' : 'docs', `${link}.md`)
}

/** @param {string} file */
const textOf = (file) =>
  readFileSync(file, 'utf8')
    .replace(/^---\n.*?\n---\n+/s, '')
    .replaceAll(/<!--.*?-->\n?/gs, '')
    .trim()

/** @param {string} file @returns {string} its first sentence */
function summaryOf(file) {
  const paragraph =
    textOf(file)
      .split(/\n\n+/)
      .find((part) => /^([A-Z]|`[^`])/.test(part)) ?? ''
  return paragraph
    .replaceAll('\n', ' ')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(?<=\.)\s.*$/s, '')
}
