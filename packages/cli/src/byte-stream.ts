// Stdin as bytes that are taken piece by piece.
import { joinBytes } from '@ae/core/internal'

/** Bytes that come one after the other, once. */
export interface ByteStream {
  /** The next bytes, which stay: `count` of them, or fewer where the stream ends. */
  peek(count: number): Promise<Uint8Array>
  /** The next bytes: `count` of them, or fewer where the stream ends. */
  take(count: number): Promise<Uint8Array>
  /** All that is left. */
  rest(): Promise<Uint8Array>
  /** Stops reading. */
  close(): Promise<void>
}

/** @param source e.g. `process.stdin` */
export function byteStream(source: AsyncIterable<Uint8Array | string>): ByteStream {
  const iterator = source[Symbol.asyncIterator]()
  let held: Uint8Array[] = []
  let isOver = false
  const next = async () => {
    const { done, value } = await iterator.next()
    isOver = done === true
    if (!isOver && value !== undefined) held.push(typeof value === 'string' ? new TextEncoder().encode(value) : value)
  }
  const fill = async (count: number) => {
    while (!isOver && lengthOf(held) < count) await next()
  }
  const take = async (count: number) => {
    await fill(count)
    const bytes = new Uint8Array(Math.min(count, lengthOf(held)))
    let at = 0
    while (at < bytes.length) {
      const [piece] = held
      if (piece === undefined) break
      const part = piece.subarray(0, bytes.length - at)
      bytes.set(part, at)
      at += part.length
      if (part.length === piece.length) held.shift()
      else held[0] = piece.subarray(part.length)
    }
    return bytes
  }
  return {
    take,
    async peek(count) {
      const bytes = await take(count)
      if (bytes.length > 0) held.unshift(bytes)
      return bytes
    },
    async rest() {
      while (!isOver) await next()
      const all = joinBytes(held)
      held = []
      return all
    },
    close: async () => void (await iterator.return?.()),
  }
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0)
}
