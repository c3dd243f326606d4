// Reads a store and checks what it gives: anyone can write one.

import { show } from '../checks/show.ts'
import { WeightsError } from '../errors.ts'
import type { Store } from './store.ts'

/**
 * The content of a store.
 *
 * @param functionName the public function that reads, for the message
 * @param store borrowed
 * @throws {WeightsError} when its `read` gives something other than a Uint8Array; and what `read` throws
 */
export async function readStore(functionName: string, store: Pick<Store, 'name' | 'read'>): Promise<Uint8Array> {
  const content: unknown = await store.read()
  if (content instanceof Uint8Array) return content
  const { cureOf } = await import('./store-cures.ts')
  throw new WeightsError(
    `\`${functionName}\` cannot read ${store.name}: the store's \`read\` gave something other than bytes.`,
    {
      facts: { Expected: 'a Uint8Array, or a promise of one', Received: show(content) },
      fix: cureOf(content),
    },
  )
}
