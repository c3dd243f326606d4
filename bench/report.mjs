// Puts measured tables into docs/benchmarks.md, between the comments that name them, so that no figure is typed by hand.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const page = join(import.meta.dirname, '../docs/benchmarks.md')
const results = join(import.meta.dirname, 'results')

/** Keeps what was measured as `results/name.json`. */
export function writeResult(name, result) {
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function replaceSection(name, markdown) {
  const text = readFileSync(page, 'utf8')
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no section ${start} ... ${end}`)
  writeFileSync(page, `${text.slice(0, from + start.length)}\n${markdown}\n${text.slice(to)}`)
}
