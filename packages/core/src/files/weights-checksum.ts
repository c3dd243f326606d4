// The checksum of a model's file: of its contents, not of their order, so that it stays valid when a program writes the same
// tensors and texts in a different order.
import { yieldToTasks } from '../yield-to-tasks.ts'
import { crc32 } from './crc32.ts'
import type { TableEntry } from './safetensors.ts'
import { type ReadingContext, refusal } from './safetensors-header.ts'

/** The name of its text in a file's metadata. */
const checksumName = 'checksum'

/**
 * A text for the metadata: the CRC-32 of every name, type, shape, value and other text of the file.
 *
 * @param metadata every text of the file; the checksum itself is left out
 * @param entries every tensor, borrowed
 * @param sums the CRC-32 of each tensor's bytes
 */
function checksumOf(
  metadata: ReadonlyMap<string, string>,
  entries: readonly TableEntry[],
  sums: readonly number[],
): string {
  const texts = [...metadata].filter(([name]) => name !== checksumName).sort(byName)
  const tensors = entries
    .map(({ name, dtype, shape }, i): [string, ...unknown[]] => [name, dtype, shape, sums[i]])
    .sort(byName)
  const sum = crc32(new TextEncoder().encode(JSON.stringify([texts, tensors])))
  return `crc32:${sum.toString(16).padStart(8, '0')}`
}

/** The same texts, plus the checksum of them and of the tensors. It lets the event loop run between two tensors. */
export async function withChecksum(
  metadata: ReadonlyMap<string, string>,
  entries: readonly TableEntry[],
): Promise<ReadonlyMap<string, string>> {
  const sums: number[] = []
  for (const { bytes } of entries) {
    sums.push(crc32(bytes))
    await yieldToTasks()
  }
  return new Map(metadata).set(checksumName, checksumOf(metadata, entries, sums))
}

/**
 * Refuses a file whose contents do not match its checksum; one without a checksum passes.
 *
 * @throws {WeightsError} when they differ
 */
export function assertChecksum(
  metadata: ReadonlyMap<string, string>,
  entries: readonly TableEntry[],
  context: ReadingContext,
): void {
  const received = metadata.get(checksumName)
  if (received === undefined) return
  const expected = checksumOf(
    metadata,
    entries,
    entries.map(({ bytes }) => crc32(bytes)),
  )
  if (received === expected) return
  throw refusal(context, 'its contents do not match its checksum', {
    facts: { Expected: `${received}, the checksum in the file`, Received: expected },
    fix: 'the file is damaged: copy or download it again; a program that changes it must leave `checksum` out of the metadata',
  })
}

function byName([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
