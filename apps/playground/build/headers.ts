// The headers of the site, from public/_headers: the one place where they are written. Netlify and Cloudflare Pages read that file as it
// is; `vite preview` and the tests serve by it.
import { readFileSync } from 'node:fs'

/** Headers by name. */
export type Headers = Readonly<Record<string, string>>

/** The headers of a path of the site, which begins with a slash. */
export function headersOf(path: string): Headers {
  const found: Record<string, string> = {}
  let applies = false
  for (const line of readFileSync(new URL('../public/_headers', import.meta.url), 'utf8').split('\n')) {
    const [, name, value] = /^\s+([\w-]+):\s*(.+)$/.exec(line) ?? []
    if (name === undefined || value === undefined) applies = path.startsWith(line.replace(/\*$/, '')) && line !== ''
    else if (applies) found[name] = value
  }
  return found
}
