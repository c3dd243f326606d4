// A place for several files, such as the newest checkpoints of a run. Like a store it has few members, so anyone can write one.
import { assertOption, nameOption } from '../checks/options.ts'
import { WeightsError } from '../errors.ts'
import { isNode, nodeModule } from '../platform.ts'
import { fileAt } from './file-store.ts'
import type { Store } from './store.ts'

/**
 * A place for several files, by name. Implement it to keep checkpoints anywhere.
 *
 * @example
 * ```ts
 * const bucket: Folder = {
 *   name: 'bucket/run',
 *   list: async () => (await client.list('run/')).map(({ key }) => key.slice('run/'.length)),
 *   file: (name) => storeOfKey(`run/${name}`),
 *   remove: (name) => client.delete(`run/${name}`),
 * }
 * ```
 */
export interface Folder {
  /** Its name in errors and reports, e.g. the path. */
  readonly name: string
  /**
   * The names of its files, in any order; none where the folder does not exist yet.
   *
   * @throws {WeightsError} when it cannot be read
   */
  list(): Promise<readonly string[]>
  /**
   * The store of one of its files, which need not exist yet.
   *
   * @param name without folders
   */
  file(name: string): Store
  /**
   * Removes a file; nothing happens where there is none.
   *
   * @param name without folders
   * @throws {WeightsError} when it cannot be removed
   */
  remove(name: string): Promise<void>
}

/**
 * A folder of Node's file system. Node only.
 *
 * @param path absolute, or relative to the folder of the process; writing creates it
 * @throws {WeightsError} outside Node; when its files cannot be listed or removed, with the system's error as cause
 * @example
 * ```ts
 * await fit(model, digits, { checkpoint: checkpointEvery(folder('runs/vae'), { steps: 500, keep: 3 }) })
 * ```
 */
export function folder(path: string): Folder {
  assertOption('folder', 'path', path, nameOption)
  if (isNode) return folderAt(path)
  throw new WeightsError('`folder` works in Node only.', {
    facts: { Received: path },
    fix: 'in a page use opfsFolder(path) or indexedDbFolder(prefix) of @ae/web',
  })
}

/** {@link folder} in Node, for a path that is not empty. */
export function folderAt(path: string): Folder {
  const fs = nodeModule('node:fs/promises') as typeof import('node:fs/promises')
  const paths = nodeModule('node:path') as typeof import('node:path')
  const absolute = paths.resolve(path)
  const attempt = async <result>(action: 'read' | 'write', act: () => Promise<result>): Promise<result> => {
    try {
      return await act()
    } catch (cause) {
      throw (await import('./file-access.ts')).systemError('folder', action, path, cause)
    }
  }
  return {
    name: path,
    list: () =>
      attempt('read', () =>
        fs.readdir(absolute).catch((error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
          throw error
        }),
      ),
    file: (name) => ({ ...fileAt(paths.join(absolute, name), true), name: paths.join(path, name) }),
    remove: (name) => attempt('write', () => fs.rm(paths.join(absolute, name), { force: true })),
  }
}

/** The folder at a path of Node's file system; undefined where there is none. */
export function folderThere(path: string): Folder | undefined {
  const fs = nodeModule<typeof import('node:fs')>('node:fs')
  try {
    return fs?.statSync(path).isDirectory() ? folderAt(path) : undefined
  } catch {
    return undefined // whoever reads the path says what is wrong with it
  }
}

/** Whether it is a folder and not a store. */
export function isFolder(place: Store | Folder): place is Folder {
  return 'list' in place
}
