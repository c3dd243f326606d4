// Writes a file piece by piece, whole or not at all: what `file` does for bytes that are not all there yet. Node only.
import { assertOption, nameOption } from '../checks/options.ts'
import { nodeModule } from '../platform.ts'

/** A file that appears in its place when it is whole. */
export interface FileWriter {
  /**
   * Appends bytes.
   *
   * @param bytes borrowed until the promise settles
   * @throws {WeightsError} when they cannot be written, e.g. on a full disk
   */
  write(bytes: Uint8Array): Promise<void>
  /**
   * Puts the file in its place, so that it survives a power cut.
   *
   * @throws {WeightsError} when that fails; what was there before is then unchanged
   */
  finish(): Promise<void>
  /** Gives up: removes what was written, and leaves what was there before. Does nothing after `finish`, and never fails. */
  abandon(): Promise<void>
}

/**
 * Begins a file in Node. Missing folders are made and links followed, as `file(path).write` does.
 *
 * @param path absolute, or relative to the folder of the process
 * @throws {WeightsError} when no file can be made there, with the system's error as cause
 */
export async function fileWriter(path: string): Promise<FileWriter> {
  assertOption('fileWriter', 'path', path, nameOption)
  const fs = nodeModule('node:fs/promises') as typeof import('node:fs/promises')
  const paths = nodeModule('node:path') as typeof import('node:path')
  const { startReplacing, systemError } = await import('./file-access.ts')
  let written = 0
  const designed = async <result>(action: Promise<result>): Promise<result> => {
    try {
      return await action
    } catch (cause) {
      throw systemError('file', 'write', path, cause, written > 0 ? { Written: `${written} bytes` } : {})
    }
  }
  const { write, finish, abandon } = await designed(startReplacing(fs, paths, paths.resolve(path), false))
  return {
    async write(bytes) {
      await designed(write(bytes))
      written += bytes.length
    },
    finish: () => designed(finish()),
    abandon,
  }
}
