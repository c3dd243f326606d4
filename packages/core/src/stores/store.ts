// Where bytes are kept. A store is two functions and a name, so anyone can write one.

import { assertOption, bytesOption } from '../checks/options.ts'
import { WeightsError } from '../errors.ts'

/**
 * Bytes in memory of their own, which is what `Response`, `Blob` and crypto take: `Uint8Array<ArrayBuffer>` from
 * TypeScript 5.7 on, and `Uint8Array` before.
 */
export type Bytes = ReturnType<Uint8Array['slice']>

/**
 * A place for one file. Implement it to keep models anywhere: it has three members, and `write` makes two promises: it stores
 * all of the bytes or leaves what was there, and it does not keep the array that it was given.
 *
 * @example
 * ```ts
 * const bucket: Store = {
 *   name: 'bucket/vae.safetensors',
 *   read: async () => new Uint8Array(await (await client.get('vae.safetensors')).arrayBuffer()),
 *   write: (bytes) => client.put('vae.safetensors', bytes),
 * }
 * ```
 */
export interface Store {
  /** Its name in errors, e.g. the path. */
  readonly name: string
  /**
   * The whole content.
   *
   * @returns owned by the caller
   * @throws {WeightsError} when there is none or it cannot be read
   */
  read(): Promise<Uint8Array>
  /**
   * The beginning of the content, for `inspect`. Defaults to reading the whole content.
   *
   * @param count how many bytes, a positive integer
   * @returns `count` bytes or more, or the whole content where that is shorter; owned by the caller
   * @throws {WeightsError} as `read`
   */
  readStart?(count: number): Promise<Uint8Array>
  /**
   * Replaces the content, whole or not at all.
   *
   * @param bytes borrowed until the promise settles
   * @throws {WeightsError} when it cannot be written; the former content is then still there
   */
  write(bytes: Uint8Array): Promise<void>
  /**
   * Checks whether `write` could work, as far as that is possible without writing, and leaves nothing behind; it may remove
   * what interrupted writes left. `train` calls it before its first step. Defaults to no check.
   *
   * @throws {WeightsError} when `write` would fail
   */
  prepare?(): Promise<void>
}

/**
 * A store in memory, for tests and for moving a model between workers.
 *
 * @param bytes the initial content, borrowed; without it the store is empty until `write`
 */
export function memory(bytes?: Uint8Array): Store {
  if (bytes !== undefined) assertOption('memory', 'bytes', bytes, bytesOption)
  let content = bytes && new Uint8Array(bytes)
  return {
    name: 'memory',
    async read() {
      if (content) return new Uint8Array(content)
      throw new WeightsError('`memory` cannot be read: nothing was written to it.', {
        fix: 'save to it first, or pass the bytes: memory(bytes)',
      })
    },
    async write(bytes) {
      assertOption('write', 'bytes', bytes, bytesOption)
      content = new Uint8Array(bytes)
    },
  }
}
