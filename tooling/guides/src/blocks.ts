// The blocks of code of every page that readers see: docs/, the READMEs, CONTRIBUTING.md.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codeBlocks } from '../../scripts/code-blocks.mjs'

/** The repository's root folder. */
export const root = join(import.meta.dirname, '../../..')

/** A fenced block of a page. */
export interface Block {
  /** Where it is, e.g. `docs/training.md:30`. */
  readonly place: string
  /** The page, relative to the root. */
  readonly page: string
  /** As the page names it, e.g. `ts`; empty if it does not. */
  readonly language: string
  readonly code: string
}

/** Every block of every page, in order. */
export function blocks(): readonly Block[] {
  return pages().flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8')
    return codeBlocks(text).map(({ language, code, line }) => ({ place: `${page}:${line}`, page, language, code }))
  })
}

/** Every page, relative to the root. */
export function pages(): readonly string[] {
  const docs = ['docs', ...foldersOf('docs').filter((folder) => !/^docs\/(api|images|\.vitepress)$/.test(folder))]
  const readmes = [...foldersOf('packages'), ...foldersOf('examples'), 'examples', 'findings'].map(
    (folder) => `${folder}/README.md`,
  )
  const all = [...docs.flatMap(markdownIn), ...readmes, 'README.md', 'CONTRIBUTING.md']
  return all.filter((page) => existsSync(join(root, page)))
}

function foldersOf(parent: string): string[] {
  const entries = readdirSync(join(root, parent), { withFileTypes: true })
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${parent}/${name}`)
}

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'))
  return names.sort().map((name) => `${folder}/${name}`)
}
