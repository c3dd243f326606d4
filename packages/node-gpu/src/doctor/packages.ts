// Installed packages: their versions, and loading those that are optional.
import { builtin } from '../tensorflow/builtin.ts'
import { requireFrom, thisModule } from '../tensorflow/installed-package.ts'

/**
 * The version of an installed package, as this package or the working folder sees it.
 *
 * @param name the package
 * @param dependent the package that depends on it, if not this one
 * @returns null where it is not installed
 */
export function installedVersion(name: string, dependent?: string): string | null {
  for (const place of places()) {
    try {
      const from = dependent === undefined ? place : requireFrom(place).resolve(`${dependent}/package.json`)
      const require = requireFrom(from)
      return (require(require.resolve(`${name}/package.json`)) as { version: string }).version
    } catch {
      // not installed there
    }
  }
  return null
}

/**
 * Loads an optional package, as this package or the working folder sees it.
 *
 * @param name the package
 * @param load imports it by its name, so that bundlers see it
 * @returns undefined where it is not installed
 */
export async function importIfInstalled<module extends object>(
  name: string,
  load: () => Promise<module>,
): Promise<module | undefined> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error, name)) throw error
  }
  const require = requireFrom(workingFolder())
  let path: string
  try {
    path = require.resolve(name)
  } catch {
    return undefined
  }
  try {
    return require(path) as module
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_REQUIRE_'))) throw error
    return import(builtin('node:url').pathToFileURL(path).href) as Promise<module>
  }
}

function places(): readonly string[] {
  return [thisModule(), workingFolder()]
}

function workingFolder(): string {
  return builtin('node:path').join(process.cwd(), 'package.json')
}

function isMissing(error: unknown, name: string): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && String(error).includes(`'${name}'`)
}
