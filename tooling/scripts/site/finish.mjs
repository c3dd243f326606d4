// What is left to do once VitePress has written the site: files that pages link to, colours of code, scripts as files, the policy.
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../workspace.mjs'
import { styleSheet } from './code-styles.mjs'
import { linkedFiles } from './links.mjs'
import { writeLlms } from './llms.mjs'

/** Nothing comes from another host, and no script or style is in a page. The one style that is allowed stops transitions while the
 * theme changes from light to dark; the program of VitePress adds it, always the same. */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'sha256-skqujXORqzxt1aE0NNXxujEanPTX6raoqSscTV/Ww/Y='",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
].join('; ')

/** @param {{ outDir: string, site: { base: string } }} config of VitePress */
export function finish({ outDir, site }) {
  for (const file of linkedFiles) copyLinked(file, join(outDir, 'files', file))
  writeFileSync(join(outDir, 'assets/code.css'), styleSheet())
  writeLlms(outDir, site.base)
  const pages = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.html') && !file.startsWith('files/'),
  )
  for (const page of pages) {
    const path = join(outDir, page)
    writeFileSync(path, withPolicy(readFileSync(path, 'utf8'), outDir, site.base))
  }
  const playground = join(root, 'apps/playground/dist')
  if (existsSync(playground)) cpSync(playground, join(outDir, 'playground'), { recursive: true })
}

/**
 * @param {string} file relative to the root
 * @param {string} to
 */
function copyLinked(file, to) {
  const from = join(root, file)
  mkdirSync(dirname(to), { recursive: true })
  if (!statSync(from).isDirectory()) return cpSync(from, to)
  const names = readdirSync(from).filter((name) => statSync(join(from, name)).isFile())
  for (const name of names) copyLinked(`${file}/${name}`, join(to, name))
  const items = names.map((name) => `<li><a href="${name}">${name}</a></li>`).join('\n')
  writeFileSync(
    join(to, 'index.html'),
    `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${file}</title>\n<h1>${file}</h1>\n<ul>\n${items}\n</ul>\n</html>\n`,
  )
}

/**
 * @param {string} html
 * @param {string} outDir
 * @param {string} base
 */
function withPolicy(html, outDir, base) {
  return html
    .replaceAll(/(<[^>]*?) style="[^"]*"/g, '$1') // the page's program sets them again
    .replaceAll(/<script([^>]*)>([^<]+)<\/script>/g, (whole, attributes, code) => {
      if (/ src=/.test(attributes)) return whole
      const name = `assets/inline.${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`
      writeFileSync(join(outDir, name), code)
      return `<script${attributes} src="${base}${name}"></script>`
    })
    .replace('<head>', `<head>\n    <meta http-equiv="Content-Security-Policy" content="${policy}">`)
}
