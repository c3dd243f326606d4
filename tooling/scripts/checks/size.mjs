// A budget for each import statement that a program in a browser writes: minified, gzip, tfjs-core counted apart.
import { join } from 'node:path'
import { root, run, tool } from '../workspace.mjs'

/** @type {import('../checks.mjs').Check} */
export async function size() {
  const { code, output } = await run([...tool('size-limit'), '--config', join(root, 'tooling/scripts/size-limit.json')])
  return code === 0 ? [] : [output]
}
