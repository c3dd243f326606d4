// How tfjs gets its file of WebAssembly in a page: from a script that holds it, so that no bundler and no server has to find a
// file. docs/decisions/0011-web-packaging.md tells why.
import { env } from '@tensorflow/tfjs-core'

/** The name under which tfjs asks for the file. No server is ever asked for it. */
const address = 'embedded:tfjs-backend-wasm-simd.wasm'

/**
 * Loads the script that holds the file; from then on tfjs finds the file at the returned address, also when its backend is made
 * again.
 *
 * @returns the address, which only tfjs's own `platform.fetch` answers
 * @throws {Error} when the script cannot be loaded, or the browser cannot unpack it
 */
export async function embedBinary(): Promise<string> {
  const { platform } = env()
  if (platforms.has(platform)) return address
  const bytes = await unpackBinary()
  const fetch = platform.fetch.bind(platform)
  platform.fetch = async (path, init) => (path === address ? new Response(bytes) : await fetch(path, init))
  platforms.add(platform)
  return address
}

const platforms = new WeakSet<object>()

/** The file, from the script that holds it. */
export async function unpackBinary(): Promise<ArrayBuffer> {
  const { embeddedBinary } = await import('./embedded-binary.ts')
  const packed = new Blob([decodeBase64(embeddedBinary)])
  return await new Response(packed.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer()
}

/** The bytes behind base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text)
  const bytes = new Uint8Array(characters.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i)
  return bytes
}
