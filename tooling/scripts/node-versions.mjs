// Other versions of Node, from npm.
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run } from './workspace.mjs'

/** The major versions that we support, oldest first. */
export const versionsOfNode = ['20', '22', '24', '26']

/**
 * npm has Node's executables as packages, one per platform: they are installed once and then kept.
 *
 * @param {string} major its version, e.g. `22`
 * @returns {Promise<{ node: string } | { reason: string, fix: string }>}
 */
export async function findNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return { node: process.execPath }
  const packageName = `node-${process.platform.replace('win32', 'win')}-${process.arch}`
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ae/node', major)
  const node = join(folder, 'node_modules', packageName, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true })
    const quiet = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund']
    const installed = await run(['npm', 'install', '--prefix', folder, ...quiet, `${packageName}@${major}`])
    if (installed.code !== 0 || !existsSync(node)) {
      const reason = /npm error code (\S+)/.exec(installed.output)?.[1] ?? `it brought no ${node}`
      return { reason: `npm cannot install ${packageName}@${major} (${reason})`, fix: `nvm exec ${major} pnpm test` }
    }
  }
  const { code, output } = await run([node, '--version'])
  if (code === 0 && output.startsWith(`v${major}.`)) {
    return { node }
  }
  return { reason: `${node} does not start: ${output.trim()}`, fix: `delete ${folder}` }
}
