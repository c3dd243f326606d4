// Accepts a store, or in Node the path of a file, where a store is expected.
import { assertMembers } from '../checks/arguments.ts'
import { functionOption, optional } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import { OptionError } from '../errors.ts'
import { isNode } from '../platform.ts'
import { fileAt } from './file-store.ts'
import type { Store } from './store.ts'

/**
 * Turns a value into a store.
 *
 * @param functionName the public function that received it, for the message
 * @param argument the argument's name, for the message
 * @param value as received: a store, or the path of a file in Node
 * @returns the store itself, or `file(path)`
 * @throws {OptionError} when it is neither, or a path outside Node
 */
export function storeOf(functionName: string, argument: string, value: unknown): Store {
  if (value instanceof URL || (typeof value === 'string' && /^[a-z][a-z\d+.-]+:\/\//i.test(value))) {
    throw new OptionError(`\`${functionName}\` received an address as \`${argument}\`.`, {
      facts: { Expected: 'a store', Received: show(String(value)) },
      fix: 'pass http(url) to read from a server, or the path of a file without file://',
    })
  }
  if (typeof value === 'string' && value !== '') {
    if (isNode) return fileAt(value)
    throw new OptionError(`\`${functionName}\` received a path as \`${argument}\`, but there is no file system here.`, {
      facts: { Expected: 'a store', Received: show(value) },
      fix: 'pass a store of @ae/web: opfs(path) or indexedDb(key) to keep it in the browser, download(name) to hand it to the user; or http(url) to read',
    })
  }
  assertMembers(functionName, argument, value, {
    expected: isNode ? 'a store or a path' : 'a store',
    members: { name: 'string', read: 'function', write: 'function', prepare: optional(functionOption) },
    fix: isNode ? 'pass a path, e.g. "vae.safetensors", or a store' : 'pass a store, e.g. indexedDb(key) of @ae/web',
  })
  return value as Store
}
