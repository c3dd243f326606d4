// Makes the links of a page work on the site too: on GitHub they are relative to the Markdown file.
import { dirname, join, posix } from 'node:path'
import { root } from '../workspace.mjs'
import { destinationOf, routeOf } from './routes.mjs'

/** The files that pages link to and that are not pages: the site copies them to `files/`. */
export const linkedFiles = /** @type {Set<string>} */ (new Set())

/**
 * A plugin of markdown-it.
 *
 * @param {any} md
 * @param {string} base the path of the site on its host, e.g. `/`
 */
export function linksOfTheRepository(md, base) {
  md.core.ruler.push('links-of-the-repository', (/** @type {any} */ { tokens, env }) => {
    for (const { children } of tokens)
      for (const token of children ?? []) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null
        if (href === null || /^([a-z]+:|#|\/)/.test(href)) continue
        const file = posix.relative(root, env.realPath ?? env.path)
        const [path = '', hash] = decodeURI(href).split('#')
        const target = join(dirname(file), path)
        const found = destinationOf(target.replace(/\/$/, ''))
        if (found === undefined) throw new Error(`${file} links to ${href}, which does not exist`)
        if ('page' in found) token.attrSet('href', `/${routeOf(found.page)}${hash === undefined ? '' : `#${hash}`}`)
        else {
          linkedFiles.add(found.file)
          token.attrSet('href', `${base}files/${found.file}`)
          token.attrSet('target', '_self') // not a page: the browser itself opens it
        }
      }
  })
}
