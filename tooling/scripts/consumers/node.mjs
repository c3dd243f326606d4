// The README's program in Node, from installed tarballs: type-checked and run; and every package, imported and required.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tool } from '../workspace.mjs'
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
  await mustRun([...tool('typescript', 'tsc'), ...asNodeUsersDo, 'program.ts'], folder)
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

/** A strict TypeScript project for Node; the declarations of tfjs-core itself do not pass every check. */
const asNodeUsersDo = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--skipLibCheck']

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
