// The README's program in every supported version of Node, from installed packages: type-checked, run as an ES module and as
// CommonJS; and every package imported and required.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findNode, versionsOfNode } from '../node-versions.mjs'
import { publishedPackages } from '../workspace.mjs'
import { writeFirstImages } from './first-images.mjs'
import { asCommonJs, checkOutput } from './program.mjs'
import { install, mustRun } from './project.mjs'
import { checkTypes, compilers } from './types.mjs'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInNode({ folder, registry, program }) {
  const packages = publishedPackages().map(({ name }) => name)
  await install(folder, registry, packages, { type: 'module', devDependencies: compilers })
  const names = JSON.stringify(packages)
  writeFileSync(join(folder, 'every.js'), `for (const name of ${names}) await import(name)\n`)
  writeFileSync(join(folder, 'every.cjs'), `for (const name of ${names}) require(name)\n`)
  writeFileSync(join(folder, 'program.js'), program)
  writeFileSync(join(folder, 'program.cjs'), asCommonJs(program))
  await checkTypes(folder, packages, program)

  const env = { ...process.env, AE_DATA_DIR: writeFirstImages(folder) }
  let seen = ''
  for (const version of versionsOfNode) {
    const found = await findNode(version)
    if (!('node' in found)) throw new Error(`no Node ${version}: ${found.reason}; cure: ${found.fix}`)
    const flags = await flagsOf(found.node)
    for (const extension of ['js', 'cjs']) {
      const node = [found.node, ...(extension === 'cjs' ? flags : [])]
      await mustRun([...node, `every.${extension}`], folder)
      const output = await mustRun([...node, `program.${extension}`], folder, env)
      seen = checkOutput(program, output.trim().split('\n'))
    }
  }
  return `${seen}, on Node ${versionsOfNode.join(', ')}`
}

/**
 * Newer versions of Node can `require` an ES module; the oldest that we support cannot.
 *
 * @param {string} node
 */
async function flagsOf(node) {
  const flag = '--no-experimental-require-module'
  const knows = await mustRun([node, '--print', `process.allowedNodeEnvironmentFlags.has('${flag}')`], '.')
  return knows.trim() === 'true' ? [flag] : []
}
