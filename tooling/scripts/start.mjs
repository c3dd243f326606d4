// `pnpm start`: updates the build of the `ae` command, then runs `ae train` with the given arguments.
// The command runs in this process, so its signals, its terminal and its exit code are its own.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, run, turbo } from './workspace.mjs'

await build()
const command = join(root, 'packages/cli/dist/bin.js')
// Of JSON one object alone, as always: `ae train --json` prints lines while it trains.
const words = process.argv.slice(2).map((word) => (word === '--json' ? '--json-result' : word))
process.argv = [process.execPath, command, 'train', ...words]
await import(pathToFileURL(command).href)

/** Prints nothing if nothing has to be built; never writes to stdout, which belongs to the command. */
async function build() {
  const hint = setTimeout(() => console.error('Building the packages (only after a change) ...'), 1500)
  const { code, output } = await run(turbo('build', '--filter=@ae/cli', '--output-logs=errors-only'))
  clearTimeout(hint)
  if (code === 0) return
  console.error(output)
  console.error('The build failed; see above.')
  process.exit(code)
}
