// A Next app: a page trains in the browser, and a route serves a model on the server, as packages/server/README.md says.
import { spawn } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { watch } from './browser.mjs'
import { checkBackends, preparePage, worker } from './bundled.mjs'
import { mustRun } from './project.mjs'

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: /** @type {const} */ ('production') }

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInNext(setting) {
  const fields = { devDependencies: { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' }, type: undefined }
  const folder = await preparePage(setting, 'unused', fields, ['@ae/server', '@ae/wasm'])
  mkdirSync(join(folder, 'app/api/ae/[[...path]]'), { recursive: true })
  for (const file of ['program.js', worker]) renameSync(join(folder, file), join(folder, 'app', file))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  await mustRun(['npx', '--no-install', 'next', 'build'], folder, env)
  const { address, close } = await start(folder)
  try {
    const seen = checkBackends(await watch(address))
    return `${seen}; on the server ${await askServer(address)}`
  } finally {
    close()
  }
}

/** A page whose component starts the program in the browser, and a route. */
const files = {
  'next.config.mjs': `export default {
  serverExternalPackages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'],
  turbopack: { root: import.meta.dirname },
}
`,
  'app/layout.js': 'export default ({ children }) => <html lang="en"><body>{children}</body></html>\n',
  'app/page.js': `'use client'
import { useEffect } from 'react'

export default function Page() {
  useEffect(() => void import('./program.js').catch(console.error), [])
  return 'running'
}
`,
  'app/icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
  'app/api/ae/[[...path]]/route.js': `import { selectBackend } from '@ae/core'
import { vae } from '@ae/models'
import { createHandler } from '@ae/server'
import { wasm } from '@ae/wasm'

export const dynamic = 'force-dynamic'
await selectBackend(wasm)
const model = vae({ inputShape: [6, 6, 1], latentSize: 2, hidden: [8], seed: 1 })
const handler = createHandler(model, { basePath: '/api/ae' })
export { handler as GET, handler as POST }
`,
}

/**
 * Starts the built app on a free port.
 *
 * @param {string} folder
 * @returns {Promise<{ address: string, close: () => void }>}
 */
async function start(folder) {
  const line = [join(folder, 'node_modules/next/dist/bin/next'), 'start', '--hostname', '127.0.0.1', '--port', '0']
  const server = spawn(process.execPath, line, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let written = ''
  const address = await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      written += chunk
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(written) ?? []
      if (found !== undefined) resolve(`${found}/`)
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.on('close', (code) => reject(new Error(`next start ended with ${code}\n${written}`)))
  })
  return { address, close: () => void server.kill() }
}

/** @param {string} address */
async function askServer(address) {
  const response = await fetch(`${address}api/ae/sample?count=3&seed=1`)
  const text = await response.text()
  if (!response.ok) throw new Error(`the route answers ${response.status}: ${text}`)
  const { examples } = JSON.parse(text)
  if (examples.length !== 3) throw new Error(`expected three examples, received ${text}`)
  return `${examples.length} samples`
}
