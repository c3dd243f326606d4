// Writes measured figures into pages of docs/ and the README, between comments that name the sections, so that no figure is
// typed by hand.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const docs = join(import.meta.dirname, '../docs')
const results = join(import.meta.dirname, 'results')

/** Stores a result as `results/name.json`. */
export function writeResult(name, result) {
  mkdirSync(results, { recursive: true })
  const path = join(results, `${name}.json`)
  writeFileSync(`${path}.tmp`, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(`${path}.tmp`, path) // an hour's measurement is stored after each run, so a half-written file would lose it
}

/** The result stored as `results/name.json`, if there is one. */
export function readResult(name) {
  const path = join(results, `${name}.json`)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** Replaces the text between `<!-- name -->` and `<!-- /name -->` on a page, whose path is relative to docs/. */
export function replaceSection(page, name, markdown) {
  const path = join(docs, page)
  const text = readFileSync(path, 'utf8')
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/${page} has no section ${start} ... ${end}`)
  writeFileSync(path, `${text.slice(0, from + start.length)}\n${markdown}\n${text.slice(to)}`)
}
