// A store in a file of Node's file system. The code that reads and writes it is a module of its own, loaded on first use: pages
// never need it.

import { assertOption, nameOption } from '../checks/options.ts'
import { WeightsError } from '../errors.ts'
import { isNode, nodeModule } from '../platform.ts'
import type { Store } from './store.ts'

/**
 * A store in one file. Node only.
 *
 * @param path absolute, or relative to the folder of the process; `write` creates missing folders and follows links
 * @throws {WeightsError} outside Node; when reading or writing fails, with the system's error as cause
 * @example
 * ```ts
 * await save(model, file('vae.safetensors'))
 * ```
 */
export function file(path: string): Store {
  assertOption('file', 'path', path, nameOption)
  if (isNode) return fileAt(path)
  throw new WeightsError('`file` works in Node only.', {
    facts: { Received: path },
    fix: 'in a page, read with http(url) or use a store of @ae/web',
  })
}

/**
 * {@link file} in Node, for a path that is not empty.
 *
 * @param ofFolder whether a write and `prepare` also remove what killed writes left of other files in the same folder
 */
export function fileAt(path: string, ofFolder = false): Store {
  const fs = nodeModule('node:fs/promises') as typeof import('node:fs/promises')
  const paths = nodeModule('node:path') as typeof import('node:path')
  const absolute = paths.resolve(path)
  const open = async () => (await import('./file-access.ts')).fileAccess(fs, paths, path, absolute, ofFolder)
  return {
    name: path,
    read: async () => (await open()).read(),
    readStart: async (count) => (await open()).readStart(count),
    write: async (bytes) => (await open()).write(bytes),
    prepare: async () => (await open()).prepare(),
  }
}
