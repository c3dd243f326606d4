// SHA-256 by WebCrypto, which Node has everywhere and a browser on https and localhost.
import { fileError, type Origin } from './origin.ts'
import type { PublishedFile } from './published-files.ts'

/** @returns the hexadecimal SHA-256 of `bytes`; undefined in a page that was not served securely */
export async function sha256(bytes: Uint8Array): Promise<string | undefined> {
  if (globalThis.crypto?.subtle === undefined) return undefined
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * @param bytes the unpacked file
 * @throws {DatasetError} when it is not the published one, or when that cannot be told
 */
export async function assertPublished(bytes: Uint8Array, published: PublishedFile, origin: Origin): Promise<void> {
  const checksum = await sha256(bytes)
  if (checksum === published.sha256) return
  throw fileError(
    origin,
    checksum === undefined ? 'a file that cannot be verified' : 'a file that is not the published one',
    {
      facts: {
        Expected: `sha256 ${published.sha256}`,
        Received: checksum === undefined ? 'no WebCrypto here' : `sha256 ${checksum}`,
      },
      fix: checksum === undefined ? 'serve the page over https or from localhost' : 'download the file again',
    },
  )
}
