// The README's program in Node, from installed tarballs: type-checked and run; and every package imported and required.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, tool } from '../workspace.mjs'
import { writeFirstImages } from './first-images.mjs'
import { asCommonJs, checkOutput } from './program.mjs'
import { install, mustRun } from './project.mjs'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runAsModule({ folder, tarballs, program }) {
  await install(folder, tarballs, Object.keys(tarballs), { type: 'module' })
  const names = JSON.stringify(Object.keys(tarballs))
  writeFileSync(join(folder, 'every.js'), `for (const name of ${names}) await import(name)\n`)
  writeFileSync(join(folder, 'program.js'), program)
  writeFileSync(join(folder, 'program.ts'), program)
  await mustRun([...tool('typescript', 'tsc'), ...asNodeUsersDo, '--skipLibCheck', 'program.ts'], folder)
  await checkDeclarations(folder)
  return await runPrograms(folder, program, [])
}

/** @param {import('../consumers.mjs').Setting} setting */
export async function runAsCommonJs({ folder, tarballs, program }) {
  // Newer versions of Node can `require` an ES module; the oldest that we support cannot.
  const flags = ['--no-experimental-require-module'].filter((flag) => process.allowedNodeEnvironmentFlags.has(flag))
  await install(folder, tarballs, Object.keys(tarballs))
  const names = JSON.stringify(Object.keys(tarballs))
  writeFileSync(join(folder, 'every.js'), `for (const name of ${names}) require(name)\n`)
  writeFileSync(join(folder, 'program.js'), asCommonJs(program))
  return await runPrograms(folder, program, flags)
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

/**
 * @param {string} folder
 * @param {string} program as printed
 * @param {readonly string[]} flags of Node
 */
async function runPrograms(folder, program, flags) {
  await mustRun([process.execPath, ...flags, 'every.js'], folder)
  const env = { ...process.env, AE_DATA_DIR: writeFirstImages(folder) }
  const output = await mustRun([process.execPath, ...flags, 'program.js'], folder, env)
  return checkOutput(program, output.trim().split('\n'))
}
