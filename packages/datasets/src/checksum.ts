// SHA-256: in Node of bytes as they come, in a page by WebCrypto, which there is on https and localhost and wants all at once.
import { nodeModule } from '@ae/core/internal'
import type { PublishedFile } from './catalogue.ts'
import { fileError, type Origin } from './file-error.ts'

/** A SHA-256 that is given its bytes piece by piece; undefined in a page. */
export function incrementalSha256(): import('node:crypto').Hash | undefined {
  return nodeModule<typeof import('node:crypto')>('node:crypto')?.createHash('sha256')
}

/** @returns the hexadecimal SHA-256 of `bytes`; undefined in a page that was not served securely */
export async function sha256(bytes: Uint8Array): Promise<string | undefined> {
  const hash = incrementalSha256()
  if (hash !== undefined) return hash.update(bytes).digest('hex')
  if (globalThis.crypto?.subtle === undefined) return undefined
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/**
 * @param checksum of the unpacked file, as {@link sha256} gives it
 * @throws {DatasetError} when it is not the published one, or when that cannot be told
 */
export function assertPublished(
  checksum: string | undefined,
  { sha256: expected }: PublishedFile,
  origin: Origin,
): void {
  if (checksum === expected) return
  const facts = { Expected: `sha256 ${expected}`, Received: checksum ? `sha256 ${checksum}` : 'no WebCrypto here' }
  throw checksum
    ? fileError(origin, 'a file that is not the published one', { facts, fix: 'download the file again' })
    : fileError(origin, 'a file that cannot be verified', { facts, fix: 'serve the page over https or from localhost' })
}
