// The README's program in every supported version of Node, from installed packages: type-checked, run as an ES module and as
// CommonJS; and every package imported and required.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findNode, versionsOfNode } from '../node-versions.mjs'
import { publishedPackages, run, tool } from '../workspace.mjs'
import { writeFirstImages } from './first-images.mjs'
import { asCommonJs, checkOutput } from './program.mjs'
import { install, mustRun } from './project.mjs'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runInNode({ folder, registry, program }) {
  const packages = publishedPackages().map(({ name }) => name)
  await install(folder, registry, packages, { type: 'module' })
  const names = JSON.stringify(packages)
  writeFileSync(join(folder, 'every.js'), `for (const name of ${names}) await import(name)\n`)
  writeFileSync(join(folder, 'every.cjs'), `for (const name of ${names}) require(name)\n`)
  writeFileSync(join(folder, 'program.js'), program)
  writeFileSync(join(folder, 'program.cjs'), asCommonJs(program))
  writeFileSync(join(folder, 'program.ts'), program)
  await mustRun([...tool('typescript', 'tsc'), ...asNodeUsersDo, '--skipLibCheck', 'program.ts'], folder)
  await checkDeclarations(folder)

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

/** A strict TypeScript project for Node, with its target's default library. */
const asNodeUsersDo = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022']

/**
 * Our declarations compile when every declaration is checked and no types package is installed. Those of tfjs-core do not,
 * so the compiler's errors about them are ignored.
 *
 * @param {string} folder
 */
async function checkDeclarations(folder) {
  writeFileSync(join(folder, 'types.ts'), typesProgram)
  const line = [...tool('typescript', 'tsc'), ...asNodeUsersDo, '--types', '', 'types.ts']
  const { output } = await run(line, { cwd: folder })
  const ours = output.split('\n').filter((text) => /^(types\.ts|node_modules\/@ae\/)/.test(text))
  if (ours.length > 0) throw new Error(ours.join('\n'))
}

const typesProgram = `import { type Autoencoder, memory } from '@ae/core'
import { encodeAnimation, encodePng } from '@ae/images'
import type * as tf from '@tensorflow/tfjs-core'

export const store = memory()
export const response = async (image: tf.Tensor) => new Response(await encodePng(image))
export const blob = async (frames: tf.Tensor) => new Blob([await encodeAnimation(frames)])
export const end = (model: Autoencoder) => model[Symbol.dispose]()
`
