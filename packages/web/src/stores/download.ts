// A store that offers the file to the user as a download.
import { type Store, WeightsError } from '@ae/core'
import { assertOption, nameOption } from '@ae/core/internal'

/**
 * A store whose every write is a download. It cannot be read. It works only in a page, best called from a click: browsers
 * ask before a page downloads several files on its own.
 *
 * @param name the file's name, e.g. `vae.safetensors`
 * @throws {WeightsError} on every read; on writing outside a page
 * @example
 * ```ts
 * button.onclick = () => save(model, download('vae.safetensors'))
 * ```
 */
export function download(name: string): Store {
  assertOption('download', 'name', name, nameOption)
  return {
    name: `download:${name}`,
    async read() {
      throw new WeightsError(`\`download\` cannot read ${name}: a page cannot see what was downloaded.`, {
        fix: 'keep the model in opfs(path) or indexedDb(key) too, or let the user choose the file and read memory(bytes)',
      })
    },
    async write(bytes) {
      if (typeof document === 'undefined') {
        throw new WeightsError(`\`download\` cannot write ${name}: it works in a page only.`, {
          fix: 'in a Worker use opfs(path) or indexedDb(key); in Node use file(path) of @ae/core',
        })
      }
      const address = URL.createObjectURL(
        new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }),
      )
      const link = Object.assign(document.createElement('a'), { href: address, download: name })
      link.click()
      // The browser has started reading the address by now; a minute is a safe margin.
      setTimeout(() => URL.revokeObjectURL(address), 60_000)
    },
  }
}
