// Unpacks a libtensorflow into a folder, from a Python wheel, which is a zip file, or a tar archive.
import { AutoencoderError } from '@ae/core'
import { Unzip, type UnzipFile, UnzipInflate } from 'fflate'
import { builtin } from './builtin.ts'

/**
 * Unpacks what linking needs: the libraries and the headers of the C API.
 *
 * @param archive a wheel (`.whl`) or an archive (`.tar.gz`, `.tgz`)
 * @param folder exists and is empty
 * @throws {AutoencoderError} when the archive is damaged
 */
export async function unpack(archive: string, folder: string): Promise<void> {
  try {
    if (archive.endsWith('.whl')) await unzip(archive, folder)
    else await untar(archive, folder)
  } catch (cause) {
    throw new AutoencoderError('`linkLibtensorflow` could not unpack `from`.', {
      facts: { Received: archive, Reason: cause instanceof Error ? cause.message.trim() : String(cause) },
      fix: 'download it again; an interrupted download is the usual cause',
      cause,
    })
  }
}

/** The two libraries, and the headers that the C API includes, out of 13,000. */
const needed =
  /^tensorflow\/(libtensorflow[^/]*|include\/(tensorflow\/(c|core\/platform)|(xla\/)?tsl\/(c|platform))\/.*\.h)$/

async function unzip(archive: string, folder: string): Promise<void> {
  const { closeSync, mkdirSync, openSync, promises, writeSync } = builtin('node:fs')
  const { dirname, join } = builtin('node:path')
  let open = 0
  const unzipper = new Unzip((entry) => {
    if (!needed.test(entry.name) || entry.name.includes('..')) return
    const path = join(folder, entry.name)
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(path, 'w')
    open++
    write(entry, (bytes, last) => {
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
      if (!last) return
      closeSync(file)
      open--
    })
  })
  unzipper.register(UnzipInflate)
  const input = await promises.open(archive)
  try {
    for await (const chunk of input.createReadStream({ highWaterMark: 1 << 20 })) unzipper.push(chunk as Uint8Array)
    unzipper.push(new Uint8Array(), true)
  } finally {
    await input.close()
  }
  if (open > 0) throw new Error('it ends in the middle of a file')
}

function write(entry: UnzipFile, take: (bytes: Uint8Array, last: boolean) => void): void {
  entry.ondata = (error, bytes, last) => {
    if (error) throw error
    take(bytes, last)
  }
  entry.start()
}

async function untar(archive: string, folder: string): Promise<void> {
  const { spawnSync } = builtin('node:child_process')
  const { error, status, stderr } = spawnSync('tar', ['-xzf', archive, '-C', folder], { encoding: 'utf8' })
  if (error) throw error
  if (status !== 0) throw new Error(stderr)
}
