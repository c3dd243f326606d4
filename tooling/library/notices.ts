// `dist/THIRD-PARTY-NOTICES.txt`: name, version and licence of every package of others whose code is inside a package, as their
// licences ask. (pnpm leaves out our own LICENSE where a file's name begins with the word.)
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Options } from 'tsup'

/**
 * Writes the notices.
 *
 * @param named packages that the sources embed as data. Those that esbuild bundles are found
 */
export function thirdPartyNotices(...named: string[]): NonNullable<Options['esbuildPlugins']>[number] {
  return {
    name: 'third-party-notices',
    setup({ initialOptions, onEnd }) {
      initialOptions.metafile = true
      onEnd(({ metafile }) => {
        if (metafile === undefined) return
        const bundled = Object.keys(metafile.inputs).map(packageFolder)
        const embedded = named.map((name) => join('node_modules', name))
        const folders = new Set([...bundled, ...embedded].filter((folder) => folder !== undefined))
        const notices = new Map([...folders].flatMap((folder) => noticeOf(readManifest(folder), folder)))
        mkdirSync('dist', { recursive: true }) // esbuild has not written anything yet
        const texts = [...notices].sort().map(([title, text]) => `${title}\n\n${text}`)
        writeFileSync('dist/THIRD-PARTY-NOTICES.txt', texts.join(`\n\n${'-'.repeat(80)}\n\n`))
      })
    },
  }
}

/** The folder of the package that a file of `node_modules` belongs to. */
function packageFolder(file: string): string | undefined {
  if (!file.includes('node_modules/')) return undefined
  let folder = dirname(file)
  while (!existsSync(join(folder, 'package.json')) || readManifest(folder).name === undefined) folder = dirname(folder)
  return folder
}

/** By title, so that a package that is inside twice is named once. */
function noticeOf(
  { name = '', version, license = 'no licence named', author }: Manifest,
  folder: string,
): (readonly [title: string, text: string])[] {
  if (name.startsWith('@ae/')) return []
  const title = `${name} ${version} (${license})`
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file))
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim())
  const text = texts.length > 0 ? texts.join('\n\n') : usualText(title, license, author)
  return [[title, text], ...(name === '@tensorflow/tfjs-backend-wasm' ? [insideTensorflow] : [])]
}

/** The text of a licence whose package has only its name. */
function usualText(title: string, license: string, author: Manifest['author']): string {
  const path = fileURLToPath(new URL(`licences/${license}.txt`, import.meta.url))
  if (!existsSync(path)) throw new Error(`${title} has no file with its licence: add the text to ${dirname(path)}`)
  const holder = typeof author === 'string' ? author : (author?.name ?? 'its authors')
  const notice = license === 'MIT' ? `Copyright (c) ${holder}\n\n` : ''
  return notice + readFileSync(path, 'utf8').trim()
}

const insideTensorflow = [
  'XNNPACK (BSD-3-Clause), in the WebAssembly of @tensorflow/tfjs-backend-wasm',
  readFileSync(new URL('licences/XNNPACK.txt', import.meta.url), 'utf8').trim(),
] as const

type Manifest = {
  readonly name?: string
  readonly version?: string
  readonly license?: string
  readonly author?: string | { readonly name?: string }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
