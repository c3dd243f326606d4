// Which Markdown files of the repository are pages of the site, and where.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../workspace.mjs'

/** What VitePress must not take for a page: it looks for Markdown in the whole repository. */
export const excluded = [
  '.changeset/**',
  '.ci/**',
  'README.md',
  'bench/**',
  'packages/*/CHANGELOG.md',
  'reference/**',
  'tooling/**',
]

/**
 * The path of a page on the site.
 *
 * @param {string} file its Markdown, relative to the root, e.g. `docs/guides/vae.md` or `packages/core/README.md`
 * @returns {string} e.g. `guides/vae.md` or `packages/core.md`
 */
export function routeOf(file) {
  if (file === 'README.md') return 'index.md'
  if (file === 'CONTRIBUTING.md') return 'contributing.md'
  return file
    .replace(/^docs\/(api\/(?=errors\/))?/, '')
    .replace(/^(?<folder>.+)\/README\.md$/, (_, folder) =>
      folder.includes('/') ? `${folder}.md` : `${folder}/index.md`,
    )
}

/**
 * What a relative link of a page leads to.
 *
 * @param {string} target a path relative to the root, e.g. `packages/core` or `examples/sweep/run.json`
 * @returns {{ page: string } | { file: string } | undefined} a page by its Markdown; a file or folder that the site copies; nothing
 */
export function destinationOf(target) {
  const path = join(root, target)
  if (target.startsWith('docs/playground')) return { file: 'playground/' } // built by apps/playground
  if (!existsSync(path)) return undefined
  if (target.endsWith('.md')) return { page: target }
  const readme = join(target, 'README.md')
  if (statSync(path).isDirectory() && existsSync(join(root, readme))) return { page: readme }
  return { file: target }
}

/**
 * The anchor of a heading, as GitHub makes it, so that a link works there and here.
 *
 * @param {string} heading
 */
export const anchorOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')

/** @param {string} folder relative to the root @returns {string[]} its Markdown files, by name */
export function pagesIn(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md') && name !== 'index.md')
    .sort()
}
