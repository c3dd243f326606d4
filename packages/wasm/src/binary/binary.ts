// How tfjs gets its file of WebAssembly: from bytes that this package hands it, so that no bundler and no server has to find
// a file, and so that its memory is one that threads may share. docs/decisions/0011-web-packaging.md tells why.
import { isNode } from '@ae/core/internal'

/**
 * Loads the file.
 *
 * @param place a URL, or a path in Node; the copy that a script of this package holds if undefined
 * @param shared whether threads may share the memory
 * @throws {Error} when the file is not there, the script cannot be loaded, or the browser cannot unpack it
 */
export async function loadBinary(place: string | undefined, shared: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = place === undefined ? await unpackBinary() : await (await import('./own-binary.ts')).readBinary(place)
  if (!magic.every((byte, index) => bytes[index] === byte)) throw new Error('it is no file of WebAssembly')
  if (shared) await share(bytes)
  return bytes
}

/** Declares the memory of a binary as one that threads may share; it is compiled as one that they may not. */
export async function share(binary: Uint8Array): Promise<void> {
  ;(await import('./wasm-sections.ts')).declareMemory(binary, true)
}

/** How every WebAssembly binary begins. */
const magic = [0, 0x61, 0x73, 0x6d]

/** The file, from the script that holds it. */
export async function unpackBinary(): Promise<Uint8Array<ArrayBuffer>> {
  const { embeddedBinary } = await import('./embedded-binary.ts')
  const packed = decodeBase64(embeddedBinary)
  // Node has this at hand, and would have to set up the streams of pages first.
  if (isNode) return (await import('../in-node.ts')).gunzip(packed)
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(unpacked).arrayBuffer())
}

/** The bytes behind base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text)
  const bytes = new Uint8Array(characters.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i)
  return bytes
}
