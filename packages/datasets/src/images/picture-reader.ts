// Reads pictures as bytes of examples: gets what threads cannot get, shares the work among them, and names what is broken.
import { DatasetError, sizeOfShape } from '@ae/core'
import { describe, fileError } from '../file-error.ts'
import type { Decoded, Fault } from './decoding/decode-batch.ts'
import { PictureFault } from './decoding/picture.ts'
import type { DecodingThreads } from './decoding-threads.ts'
import type { PictureFile } from './picture-files.ts'
import { type PictureOptions, settingsOf } from './picture-options.ts'

/** Reads pictures. */
export interface PictureReader {
  /**
   * Decodes all pictures once.
   *
   * @param values receives them, one after the other; undefined to drop them
   * @returns what is broken, by the index of the picture
   * @throws {DatasetError} about the first broken picture, where `onBroken` is not `skip`
   */
  readAll(files: readonly PictureFile[], values: Uint8Array | undefined): Promise<readonly Fault[]>
  /** @throws {DatasetError} about the first broken picture */
  read(files: readonly PictureFile[]): Promise<Uint8Array>
}

/** Pictures that one thread decodes at a time: enough to hide the cost of a message, few enough to share work. */
const jobSize = 32

/** Files that are read or downloaded at a time, for each job. */
const requests = 8

export function pictureReader(
  caller: string,
  threads: DecodingThreads,
  workers: number,
  options: PictureOptions,
): PictureReader {
  const { onBroken = 'throw', signal } = options
  const settings = settingsOf(options)
  const size = sizeOfShape(options.shape)

  const decode = async (files: readonly PictureFile[]): Promise<Decoded> => {
    signal?.throwIfAborted()
    const unread: Fault[] = []
    const sources: (string | Uint8Array)[] = []
    while (sources.length < files.length) {
      const some = files.slice(sources.length, sources.length + requests)
      const start = sources.length
      const load = async ({ content }: PictureFile, i: number) => {
        if (typeof content === 'string') return content
        try {
          return ownCopy(await content())
        } catch (error) {
          signal?.throwIfAborted()
          unread.push({ index: start + i, ...unreadable(error) })
          return new Uint8Array()
        }
      }
      sources.push(...(await Promise.all(some.map(load))))
    }
    const { values, faults } = await threads.decode({ sources, settings }).catch((cause: unknown) => {
      throw new DatasetError(`\`${caller}\` lost a thread that decodes pictures.`, {
        facts: { Reason: describe(cause), Pictures: `${files[0]?.name} and ${files.length - 1} more` },
        fix: 'if memory is short, lower `maximumPixels` or `workers`; `workers: 0` decodes without threads',
        cause,
      })
    })
    const isRead = ({ index }: Fault) => unread.every((fault) => fault.index !== index)
    return { values, faults: [...unread, ...faults.filter(isRead)].sort((a, b) => a.index - b.index) }
  }
  const assertGood = ([fault]: readonly Fault[], files: readonly PictureFile[]) => {
    if (fault === undefined) return
    const { index, reason, fix } = fault
    throw fileError({ caller, file: files[index]?.name ?? '' }, 'a picture that cannot be used', {
      facts: { Problem: reason },
      fix,
    })
  }
  return {
    async readAll(files, values) {
      const faults: Fault[] = []
      const running: Promise<Decoded>[] = []
      let started = 0
      for (let start = 0; start < files.length; start += jobSize) {
        for (; running.length <= workers && started < files.length; started += jobSize) {
          const job = decode(files.slice(started, started + jobSize))
          job.catch(() => {}) // a failure is thrown in the order of the files
          running.push(job)
        }
        const decoded = (await running.shift()) as Decoded
        const found = decoded.faults.map((fault) => ({ ...fault, index: start + fault.index }))
        if (onBroken === 'throw') assertGood(found, files)
        faults.push(...found)
        values?.set(decoded.values, start * size)
      }
      return faults
    },
    async read(files) {
      const share = Math.max(1, Math.ceil(files.length / Math.max(1, workers)))
      const shares = Array.from({ length: Math.ceil(files.length / share) }, (_, i) => {
        return files.slice(i * share, (i + 1) * share)
      })
      const values = new Uint8Array(files.length * size)
      for (const [i, decoded] of (await Promise.all(shares.map(decode))).entries()) {
        assertGood(decoded.faults, shares[i] as readonly PictureFile[])
        values.set(decoded.values, i * share * size)
      }
      return values
    },
  }
}

/** A thread receives a copy of the whole memory that an array views. */
function ownCopy(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes)
}

function unreadable(error: unknown): Pick<Fault, 'reason' | 'fix'> {
  if (error instanceof PictureFault) return { reason: error.message, fix: error.fix }
  return { reason: `it cannot be read (${describe(error)})`, fix: 'check that it exists and may be read' }
}
