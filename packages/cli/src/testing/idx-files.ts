// A folder of IDX files of any shape, for `--data`.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes 512 training examples and 64 for testing, of ten classes, each example of its own grey. */
export async function writeIdxFiles(folder: string, shape: readonly number[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const size = shape.reduce((product, length) => product * length, 1)
  for (const [split, count] of [
    ['train', 512],
    ['t10k', 64],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 10)
    const images = Uint8Array.from({ length: count * size }, (_, i) => (20 * (Math.floor(i / size) % 10) + i) % 256)
    await writeFile(join(folder, `${split}-images-idx3-ubyte`), idx([count, ...shape], images))
    await writeFile(join(folder, `${split}-labels-idx1-ubyte`), idx([count], labels))
  }
}

function idx(shape: readonly number[], values: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length)
  header.set([0, 0, 8, shape.length])
  for (const [i, length] of shape.entries()) header.writeUInt32BE(length, 4 + 4 * i)
  return Buffer.concat([header, values])
}
