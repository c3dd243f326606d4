// Looks at the site that was built: every link and every picture leads to a file of it, every `#` to a place in that page.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * @param {string} site the folder
 * @param {string} base the path of the site on its host
 * @returns {string[]} a line for each link that leads nowhere
 */
export function deadLinks(site, base) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.html') && !file.startsWith('playground/'),
  )
  const texts = new Map(pages.map((page) => [page, readFileSync(join(site, page), 'utf8')]))
  const anchors = new Map(
    [...texts].map(([page, html]) => [
      page,
      new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => decode(id))),
    ]),
  )
  return [...texts].flatMap(([page, html]) => {
    const links = [...html.matchAll(/<(?:a|img|link|script)\b[^>]* (?:href|src)="([^"]*)"/g)].map(([, link = '']) =>
      decode(link),
    )
    return [...new Set(links)]
      .filter((link) => !/^[a-z]+:/.test(link) && !leads(page, link))
      .map((link) => `${page}: ${link}`)
  })

  /**
   * @param {string} page
   * @param {string} link
   */
  function leads(page, link) {
    const [path = '', anchor = ''] = link.split('#')
    const target = path === '' ? page : path.startsWith(base) ? path.slice(base.length) : join(dirname(page), path)
    if (target.startsWith('playground/')) return true // built on its own
    const file = [target, `${target}.html`, join(target, 'index.html')].find(
      (name) => existsSync(join(site, name)) && statSync(join(site, name)).isFile(),
    )
    return file !== undefined && (anchor === '' || (anchors.get(file)?.has(decodeURIComponent(anchor)) ?? false))
  }
}

/** @param {string} text of an attribute */
const decode = (text) =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>')
