// The README's first program: reads it as printed, rewrites it for CommonJS, and checks its output.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstBlock } from '../code-blocks.mjs'
import { root } from '../workspace.mjs'

/** @returns {string} the first `ts` block of the README */
export function readProgram() {
  return firstBlock(readFileSync(join(root, 'README.md'), 'utf8'), 'README.md', 'ts')
}

/**
 * @param {string} program
 * @returns {string[]} the packages that it imports, e.g. `@ae/core`
 */
export function importedPackages(program) {
  return [...program.matchAll(/^\s*import \{[^}]*\} from '([^']+)'/gm)].map(([, name]) => String(name))
}

/**
 * @param {string} program an ES module
 * @returns {string} the same with `require`; an async function replaces top-level `await`
 */
export function asCommonJs(program) {
  const body = program.replaceAll(/^import (\{[^}]*\}) from ('[^']+')/gm, 'const $1 = require($2)')
  return `'use strict'\nmain()\nasync function main() {\n${body}}\n`
}

/**
 * Checks what the program printed: first one line per epoch, with finite numbers and a falling loss; then a line about its images.
 *
 * @param {string} program
 * @param {readonly string[]} lines
 * @returns {string} a short summary
 */
export function checkOutput(program, lines) {
  const seen = checkEpochs(program, lines)
  if (lines.slice(epochsOf(program)).join(' ').includes('28')) return seen
  throw new Error(`expected the shape of images after the epochs, received\n${lines.join('\n')}`)
}

/**
 * @param {string} program
 * @param {readonly string[]} lines one line per epoch: its number, its loss
 * @returns {string} a short summary
 */
export function checkEpochs(program, lines) {
  const epochs = epochsOf(program)
  const rows = lines.slice(0, epochs).map((line) => line.split(' ').map(Number))
  const fits = rows.every((row, i) => row.length >= 2 && row[0] === i + 1 && row.every(Number.isFinite))
  const [first, last] = [rows[0]?.[1] ?? Number.NaN, rows.at(-1)?.[1] ?? Number.NaN]
  if (!fits || rows.length < epochs || !(last < first)) {
    throw new Error(`expected ${epochs} epochs of falling loss, received\n${lines.join('\n') || 'nothing'}`)
  }
  return `loss ${first.toFixed(1)} -> ${last.toFixed(1)} in ${epochs} epochs`
}

/** @param {string} program */
function epochsOf(program) {
  return Number(/epochs: (\d+)/.exec(program)?.[1])
}
