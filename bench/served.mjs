// `ae serve` in a process of its own, for benchmarks.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const bin = join(dirname(createRequire(import.meta.url).resolve('@ae/cli/package.json')), 'dist/bin.js')

/**
 * Starts it on a free port, with no line for each request.
 *
 * @param args files and flags
 * @param servers receives the process
 * @returns its address
 */
export async function startAe(args, servers) {
  const server = spawn(process.execPath, [bin, 'serve', ...args, '--port', '0', '--json', '--log', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  servers.push(server)
  const line = await new Promise((resolve, reject) => {
    server.stdout.once('data', resolve)
    server.once('exit', (code) => reject(new Error(`ae serve ended with ${code}`)))
  })
  return JSON.parse(line).url
}
