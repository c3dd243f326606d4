// Checks that `sideEffects: false` is true: importing a package registers no backend, kernel or gradient and adds no global. Also
// checks that Node's entry exports the same names as the one for bundlers.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { publishedPackages, run } from '../workspace.mjs'

/** @type {import('../checks.mjs').Check} */
export async function effects() {
  const found = await Promise.all(
    publishedPackages().map(async ({ name, folder }) => {
      const entry = pathToFileURL(join(folder, 'dist/index.js')).href
      const program = `
        import * as tf from '@tensorflow/tfjs-core'
        const look = () => [
          ...Object.keys(tf.engine().registryFactory).map((name) => 'backend ' + name),
          ...[...(globalThis._tfGlobals ?? [])].flatMap(([kind, map]) => [...(map.keys?.() ?? [])].map((key) => kind + ' ' + key)),
          ...Object.getOwnPropertyNames(globalThis).map((name) => 'global ' + name),
        ]
        const before = new Set(look())
        const names = Object.keys(await import('${entry}')).join()
        const inNode = Object.keys(await import('${entry.replace(/js$/, 'node.js')}')).join()
        if (inNode !== names) { console.log('Node imports ' + inNode + ', bundlers ' + names); process.exit(1) }
        const added = look().filter((name) => !before.has(name))
        if (added.length > 0) { console.log('registers ' + added.join(', ')); process.exit(1) }`
      const { code, output } = await run([process.execPath, '--input-type=module', '--eval', program], { cwd: folder })
      return code === 0 ? [] : [`importing ${name}\n${output}`]
    }),
  )
  return found.flat()
}
