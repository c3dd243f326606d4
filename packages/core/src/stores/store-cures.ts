// What a store's `read` should do if it gives something other than bytes. A module of its own, loaded only then.

/** The fix, by what `read` gave. */
export function cureOf(content: unknown): string {
  if (content === undefined || content === null) return 'let `read` return the bytes, and throw if there are none'
  if (content instanceof ArrayBuffer) return 'let `read` return new Uint8Array(content)'
  if (ArrayBuffer.isView(content)) {
    return 'let `read` return new Uint8Array(content.buffer, content.byteOffset, content.byteLength)'
  }
  if (Array.isArray(content)) return 'let `read` return Uint8Array.from(content)'
  if (typeof content === 'string')
    return 'let `read` return bytes: read a file without an encoding, and a response with arrayBuffer()'
  if (typeof content === 'object' && 'arrayBuffer' in content) {
    return 'let `read` return new Uint8Array(await content.arrayBuffer())'
  }
  return 'let `read` return the bytes of the file'
}
