// The data of the site: files that lie next to the page, in parts, so that a first training needs only the first.

import { datasets } from 'virtual:site-data'
import { DatasetError, sizeOfShape } from '@ae/core'
import { fromArray, type LabelledDataset } from '@ae/datasets'
import type { DatasetState } from './engine.ts'
import { mixedShapes, shapeCount } from './mixed-shapes.ts'
import type { DatasetName } from './settings.ts'

/** Where the engine finds data. */
export interface DataSource {
  readonly known: readonly DatasetState[]
  /**
   * The first examples of a data set.
   *
   * @throws {DatasetError} when it is not there
   */
  load(name: DatasetName, count: number): Promise<LabelledDataset>
}

/**
 * @param root the address of the page
 */
export function siteData(root: string): DataSource {
  const parts = new Map<string, Promise<Uint8Array>>()
  const part = (path: string) => {
    const bytes = parts.get(path) ?? fetchPart(new URL(path, root))
    parts.set(path, bytes)
    bytes.catch(() => parts.delete(path))
    return bytes
  }
  return {
    known: [
      ...Object.entries(datasets).map(([name, { shape, classes, parts }]) => {
        const count = parts.reduce((sum, { count }) => sum + count, 0)
        return { name: name as DatasetName, count, classes, shape }
      }),
      { name: 'shapes', count: shapeCount, classes: 3, shape: [32, 32, 1] },
    ],
    async load(name, count) {
      if (name === 'shapes') return mixedShapes(count)
      const found = datasets[name]
      if (found === undefined) {
        throw new DatasetError(`This site does not have the data \`${name}\`.`, {
          facts: { Expected: [...Object.keys(datasets), 'shapes'].join(', '), Received: name },
          fix: 'choose other data',
        })
      }
      let have = 0
      const needed = found.parts.filter((part) => {
        const isNeeded = have < count
        have += part.count
        return isNeeded
      })
      return joined(name, found.shape, needed, await Promise.all(needed.map(({ path }) => part(path)))).take(count)
    },
  }
}

/** A part holds the labels of its examples, then their pixels: bytes. */
function joined(
  name: string,
  shape: readonly number[],
  parts: readonly { readonly count: number }[],
  bytes: readonly Uint8Array[],
): LabelledDataset {
  const size = sizeOfShape(shape)
  const count = parts.reduce((sum, { count }) => sum + count, 0)
  const [labels, values] = [new Uint8Array(count), new Uint8Array(count * size)]
  let first = 0
  for (const [i, { count }] of parts.entries()) {
    const part = bytes[i] ?? new Uint8Array()
    labels.set(part.subarray(0, count), first)
    values.set(part.subarray(count), first * size)
    first += count
  }
  return fromArray(values, { shape, labels, name })
}

/** A part is compressed by gzip; a server that says so itself has it decompressed before. */
async function fetchPart(url: URL): Promise<Uint8Array> {
  const unreachable = (reason: string) =>
    new DatasetError('The data of this page could not be loaded.', {
      facts: { Address: url.pathname, Reason: reason },
      fix: 'check the connection and try again; once loaded, the data stays for use offline',
    })
  let answer: Response
  try {
    answer = await fetch(url)
  } catch (cause) {
    throw unreachable(cause instanceof Error ? cause.message : String(cause))
  }
  if (!answer.ok) throw unreachable(`the server answered ${answer.status}`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(plain).arrayBuffer())
}
