// Reads the WebAssembly file from a URL or path that the user gave. A script of its own, loaded only then.
import { fetchable, isNode } from '@ae/core/internal'

/** The file's bytes. */
export async function readBinary(place: string): Promise<Uint8Array<ArrayBuffer>> {
  if (isNode && !/^https?:/.test(place)) return (await import('../in-node.ts')).readFile(place)
  const response = await fetch(fetchable(place), { credentials: 'same-origin' })
  if (!response.ok) throw new Error(`${place} answered ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
