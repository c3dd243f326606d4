// Loads the WebAssembly file of tfjs as bytes, which tfjs is then given: no bundler and no server has to find a file, and threads can
// share its memory. docs/decisions/0011-web-packaging.md explains why.
import { isNode } from '@ae/core/internal'

/**
 * Loads the file.
 *
 * @param place a URL, or a path in Node. Defaults to the copy that a script of this package contains
 * @param shared whether threads may share the memory
 * @throws {Error} when the file is not there, the script cannot be loaded, or the browser cannot unpack it
 */
export async function loadBinary(place: string | undefined, shared: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = place === undefined ? await unpackBinary() : await (await import('./own-binary.ts')).readBinary(place)
  if (!magic.every((byte, index) => bytes[index] === byte)) throw new Error('it is not a WebAssembly file')
  if (shared) await share(bytes)
  return bytes
}

/** Declares the memory of a binary as shared between threads; it was compiled as not shared. */
export async function share(binary: Uint8Array): Promise<void> {
  ;(await import('./wasm-sections.ts')).declareMemory(binary, true)
}

/** The first bytes of every WebAssembly binary. */
const magic = [0, 0x61, 0x73, 0x6d]

/** The file, from the script that contains it. */
export async function unpackBinary(): Promise<Uint8Array<ArrayBuffer>> {
  const { embeddedBinary } = await import('./embedded-binary.ts')
  const packed = decodeBase64(embeddedBinary)
  // Faster in Node, which would have to set up web streams first.
  if (isNode) return (await import('../in-node.ts')).gunzip(packed)
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(unpacked).arrayBuffer())
}

/** Decodes base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text)
  const bytes = new Uint8Array(characters.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i)
  return bytes
}
