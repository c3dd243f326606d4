// Where downloads are kept: a folder of this user in Node, the Cache API in a page.
import { file } from '@ae/core'
import { isNode, nodeModule } from '@ae/core/internal'
import { describe } from './file-error.ts'
import { asBytes } from './idx.ts'
import { folder, type Place } from './place.ts'

/** A place that also takes files. */
export interface FileCache extends Place {
  /** Stores a file whole or not at all. */
  write(fileName: string, bytes: Uint8Array): Promise<void>
}

/**
 * The cache of one data set.
 *
 * @param caller the public function, for messages
 * @param dataset its subfolder, e.g. `mnist`
 * @returns undefined where there is nothing to keep files in
 */
export function fileCache(caller: string, dataset: string): FileCache | undefined {
  if (!isNode) return typeof caches === 'undefined' ? undefined : pageCache(dataset)
  const path = `${cacheFolder()}/${dataset}`
  return { ...folder(caller, path), write: (fileName, bytes) => file(`${path}/${fileName}`).write(bytes) }
}

/** `AE_CACHE_DIR`, else `ae` in the folder that the platform has for caches. */
export function cacheFolder(): string {
  const { env, platform } = process
  const home = nodeModule<typeof import('node:os')>('node:os')?.homedir()
  if (env.AE_CACHE_DIR) return env.AE_CACHE_DIR
  if (platform === 'win32') return `${env.LOCALAPPDATA || `${home}/AppData/Local`}/ae/Cache`
  if (platform === 'darwin') return `${home}/Library/Caches/ae`
  return `${env.XDG_CACHE_HOME || `${home}/.cache`}/ae`
}

/** The Cache API keeps answers by address; `.invalid` is reserved (RFC 2606), so that no real answer is replaced. */
function pageCache(dataset: string): FileCache {
  const address = (fileName: string) => `https://ae.invalid/${dataset}/${fileName}`
  return {
    location: 'the Cache API',
    async read(fileName) {
      try {
        const answer = await (await caches.open('ae')).match(address(fileName))
        if (answer === undefined) return { absent: 'no such entry' }
        return { file: `${address(fileName)} of the Cache API`, bytes: new Uint8Array(await answer.arrayBuffer()) }
      } catch (error) {
        return { absent: describe(error) } // a page without the right to store anything
      }
    },
    async write(fileName, bytes) {
      await (await caches.open('ae')).put(address(fileName), new Response(asBytes(bytes)))
    },
  }
}
