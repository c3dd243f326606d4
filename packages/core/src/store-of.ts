// What may be given where a store is wanted: a store, or in Node the path of a file.
import { OptionError } from './errors.ts'
import { file } from './file-store.ts'
import { show } from './options.ts'
import { isNode } from './platform.ts'
import type { Store } from './store.ts'

/**
 * A value as a store.
 *
 * @param functionName the public function that received it, for the message
 * @param argument the argument's name, for the message
 * @param value as received: a store, or the path of a file in Node
 * @returns the store itself, or `file(path)`
 * @throws {OptionError} when it is neither, or a path where there are no files
 */
export function storeOf(functionName: string, argument: string, value: unknown): Store {
  if (typeof value === 'string' && value !== '') {
    if (isNode) return file(value)
    throw new OptionError(`\`${functionName}\` received a path as \`${argument}\`, and there are no files here.`, {
      facts: { Expected: 'a store', Received: show(value) },
      fix: 'pass a store of @ae/web: opfs(path) or indexedDb(key) to keep it in the browser, download(name) to hand it to the user; or http(url) to read',
    })
  }
  const missing = missingMember(value)
  if (missing === undefined) return value as Store
  throw new OptionError(`\`${functionName}\` received a bad \`${argument}\`.`, {
    facts: {
      Expected: `a store${isNode ? ', e.g. file(path), or a path' : ', e.g. opfs(path) of @ae/web'}`,
      Received: `${show(value)}${missing === '' ? '' : `, which has no ${missing}`}`,
    },
    fix: isNode ? `pass a path, e.g. "vae.safetensors", or a store` : 'pass a store, e.g. indexedDb(key) of @ae/web',
  })
}

/** The first member that keeps a value from being a store; '' when it has none at all. */
function missingMember(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return ''
  const store = value as Readonly<Record<string, unknown>>
  if (typeof store.name !== 'string') return 'name'
  return ['read', 'write'].map((name) => (typeof store[name] === 'function' ? undefined : `${name}()`)).find(Boolean)
}
