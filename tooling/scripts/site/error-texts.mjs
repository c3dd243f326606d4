// The errors and their cures, for docs/errors.md and a page for each class, from the classes of @ae/core and from the texts that tests require, letter by letter.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishedPackages, root } from '../workspace.mjs'
import { folder } from './api-pages.mjs'

/** @typedef {{ name: string, text: string }} Thrown the class of an error and its message */

/** Writes a page for each class of errors, and what docs/errors.md includes: the classes, and what beginners meet. */
export function writeErrorTexts() {
  const thrown = unique(publishedPackages().flatMap(({ shortName }) => thrownIn(`packages/${shortName}/src`)))
  const classes = classesOf(readFileSync(join(root, 'packages/core/src/errors.ts'), 'utf8'))
  mkdirSync(join(folder, 'errors'), { recursive: true })
  for (const { name, meaning } of classes) {
    const entries = thrown.filter((error) => error.name === name).map(entry)
    const text = `---\ntitle: ${name}\noutline: false\n---\n\n# ${name}\n\n${meaning}\n\n${entries.join('\n\n')}\n`
    writeFileSync(join(folder, 'errors', `${name}.md`), text)
  }
  const rows = classes.map(
    ({ name, meaning }) =>
      `| [\`${name}\`](api/errors/${name}.md) | ${meaning.split('\n\n')[0]?.replaceAll('\n', ' ')} |`,
  )
  const first = unique(thrownIn('tooling/misuse/src')).map((error) => `#${entry(error)}`)
  const text = `| class | when |\n|---|---|\n${rows.join('\n')}\n\n## What beginners meet\n\n${first.join('\n\n')}\n`
  writeFileSync(join(folder, 'error-texts.txt'), text)
}

/** @param {Thrown} error */
function entry({ name, text }) {
  return `## ${headline(text)}\n\n\`\`\`text\n${name}: ${text}\n\`\`\``
}

/** @param {string} text the first line of a message, as the heading of a page */
const headline = (text) => (text.split('\n')[0] ?? '').replaceAll(/[<>{}[\]*_#]/g, '\\$&')

/**
 * The errors whose whole text a test has as a snapshot.
 *
 * @param {string} sources relative to the root
 * @returns {Thrown[]}
 */
function thrownIn(sources) {
  return readdirSync(join(root, sources), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(test\.ts|snap)$/.test(file))
    .sort()
    .flatMap((file) => [
      ...readFileSync(join(root, sources, file), 'utf8').matchAll(
        /`\s*(?:\[|")(\w+Error): ((?:[^`\\]|\\.)*?)(?:\]|")\s*`/gs,
      ),
    ])
    .map(([, name = '', text = '']) => ({ name, text: dedent(text.replaceAll(/\\(.)/gs, '$1')) }))
}

/** @param {string} text whose lines after the first are indented as the test is */
function dedent(text) {
  const [first = '', ...lines] = text.split('\n')
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  )
  return [first, ...lines.map((line) => line.slice(Number.isFinite(indent) ? indent : 0))].join('\n')
}

/**
 * @param {readonly Thrown[]} errors
 * @returns {Thrown[]} one for each first line
 */
const unique = (errors) => [
  ...new Map(errors.map((error) => [`${error.name} ${headline(error.text)}`, error])).values(),
]

/** @param {string} source of the error classes */
function classesOf(source) {
  return [...source.matchAll(/\/\*\*\s((?:(?!\*\/).)*?)\*\/\s*export class (\w+Error) /gs)].map(
    ([, comment = '', name = '']) => ({
      name,
      meaning: comment.replaceAll(/^\s*\* ?/gm, '').trim(),
    }),
  )
}
