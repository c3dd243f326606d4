// `pnpm check`: every check of the repository except its tests; `pnpm check NAME ...` runs only those.
import { checks, runChecks } from './checks.mjs'
import { run, turbo } from './workspace.mjs'

const asked = process.argv.slice(2)
const build = await run(turbo('build', '--output-logs=errors-only'))
if (build.code !== 0) console.log(`${build.output}\nFAIL  build`)
const { passed, failed } = await runChecks(asked.length > 0 ? asked : Object.keys(checks))
const total = failed.length + (build.code === 0 ? 0 : 1)
console.log(`${passed} passed, ${total} failed`)
process.exitCode = total === 0 ? 0 : 1
