// The Next app of examples/next, installed, built and started: its server samples, its page trains in a Worker. A page more trains on every
// backend, as in other bundlers.
import { spawn } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { readJson, root } from '../workspace.mjs'
import { findBrowser, watch } from './browser.mjs'
import { checkBackends } from './bundled.mjs'
import { install, mustRun } from './project.mjs'
import { makeModel } from './recipe-server.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const example = join(root, 'examples/next')

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInNext({ folder, registry }) {
  await findBrowser()
  for (const name of ['app', 'next.config.mjs']) cpSync(join(example, name), join(folder, name), { recursive: true })
  const { dependencies } = readJson(join(example, 'package.json'))
  const names = Object.keys(dependencies).filter((name) => name.startsWith('@'))
  await install(folder, registry, names, {
    devDependencies: { next: '16.4.6', react: '19.3.1', 'react-dom': '19.3.1' },
  })
  await makeModel(folder, [process.execPath])
  renameSync(join(folder, 'out'), join(folder, 'model'))

  const page = join(folder, 'app/every-backend')
  mkdirSync(page)
  copyFileSync(join(here, 'every-backend.js'), join(page, 'program.js'))
  copyFileSync(join(here, 'training-worker.js'), join(page, 'training-worker.js'))
  writeFileSync(join(page, 'page.js'), everyBackend)
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: /** @type {const} */ ('production') }
  await mustRun(['npx', '--no-install', 'next', 'build'], folder, env)

  const { address, close } = await start(folder, env)
  try {
    const backends = checkBackends(await watch(`${address}/every-backend`))
    await useApp(address)
    return `${backends}; samples on the server, trains in the page`
  } finally {
    close()
  }
}

/** A page whose component starts the program in the browser. */
const everyBackend = `'use client'
import { useEffect } from 'react'

export default function Page() {
  useEffect(() => void import('./program.js').catch(console.error), [])
  return 'running'
}
`

/**
 * Starts the built app on a free port.
 *
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<{ address: string, close: () => void }>}
 */
async function start(folder, env) {
  const line = [join(folder, 'node_modules/next/dist/bin/next'), 'start', '--hostname', '127.0.0.1', '--port', '0']
  const server = spawn(process.execPath, line, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const address = await new Promise((resolve, reject) => {
    const read = (/** @type {Buffer} */ chunk) => {
      output += chunk
      const [found] = /http:\/\/127\.0\.0\.1:[1-9]\d*/.exec(output) ?? []
      if (found !== undefined) resolve(found)
    }
    server.stdout.on('data', read)
    server.stderr.on('data', read)
    server.on('exit', (code) => reject(new Error(`next start ended with ${code}\n${output}`)))
  })
  return { address, close: () => void server.kill() }
}

/**
 * Looks at the server's digits, then trains until two epochs or more are over.
 *
 * @param {string} address
 */
async function useApp(address) {
  const { executablePath, args } = await findBrowser()
  const browser = await chromium.launch({ executablePath, args: [...args] })
  try {
    const page = await browser.newPage()
    /** @type {string[]} */
    const errors = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.goto(address)
    const digits = page.getByRole('img', { name: '16 digits' })
    const width = () =>
      digits.evaluate((image) => /** @type {{ naturalWidth: number }} */ (/** @type {unknown} */ (image)).naturalWidth)
    const deadline = performance.now() + 60_000
    while ((await width()) === 0 && performance.now() < deadline) await page.waitForTimeout(100)
    if ((await width()) !== 466)
      throw new Error(`expected 8 digits side by side, 466 pixels, received ${await width()}`)
    await page.getByRole('button', { name: 'Train' }).click()
    // Any epoch after the first: a fast machine is past the second before it is looked at.
    await page
      .getByRole('status')
      .filter({ hasText: /^epoch (?:[2-9]|1\d):/ })
      .waitFor({ timeout: 120_000 })
    if (errors.length > 0) throw new Error(`the page threw ${errors.join('\n')}`)
  } finally {
    await browser.close()
  }
}
