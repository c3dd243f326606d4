// Tells whether this is Node, and reaches Node's built-in modules: no import names them, so that every bundler can put these
// packages into a page.

/** Whether Node's built-in modules can be reached: true in Node (20.16 or newer), Bun and Deno, false in a page. */
export const isNode: boolean = typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function'

/**
 * One of Node's built-in modules.
 *
 * @param name with its prefix, e.g. `node:fs/promises`; the type argument is the type of the module
 * @returns the module; undefined outside Node
 * @example
 * ```ts
 * const fs = nodeModule<typeof import('node:fs/promises')>('node:fs/promises')
 * ```
 */
export function nodeModule<module extends object>(name: `node:${string}`): module | undefined {
  return isNode ? (process.getBuiltinModule(name) as module | undefined) : undefined
}

/**
 * An address that `fetch` can use. A relative one is resolved against the page, even in a worker that was started from a blob,
 * whose own address is of no use as a base: bundlers start workers that way, and give assets addresses without an origin, e.g.
 * `/_next/static/media/a.wasm`.
 *
 * @param address absolute, or relative to the page
 * @throws {TypeError} in such a worker, when it is not an address
 */
export function fetchable(address: string | URL): string {
  const { location } = globalThis
  return location?.protocol === 'blob:' ? new URL(address, location.origin).href : String(address)
}
