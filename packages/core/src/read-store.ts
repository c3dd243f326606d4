// What a store gives, held to what it must give: anyone can write one.
import { WeightsError } from './errors.ts'
import { show } from './show.ts'
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
  throw new WeightsError(
    `\`${functionName}\` cannot read ${store.name}: the store's \`read\` gave something other than bytes.`,
    {
      facts: { Expected: 'a Uint8Array, or a promise of one', Received: show(content) },
      fix: cureOf(content),
    },
  )
}

function cureOf(content: unknown): string {
  if (content === undefined || content === null) return 'let `read` return the bytes, and throw where there are none'
  if (content instanceof ArrayBuffer) return 'let `read` return new Uint8Array(content)'
  if (ArrayBuffer.isView(content)) {
    return 'let `read` return new Uint8Array(content.buffer, content.byteOffset, content.byteLength)'
  }
  if (Array.isArray(content)) return 'let `read` return Uint8Array.from(content)'
  if (typeof content === 'string')
    return 'let `read` return bytes: of a file without an encoding, of an answer its arrayBuffer()'
  if (typeof content === 'object' && 'arrayBuffer' in content) {
    return 'let `read` return new Uint8Array(await content.arrayBuffer())'
  }
  return 'let `read` return the bytes of the file'
}
