// Finds a libtensorflow in a folder: the headers of its C API, and its libraries for this machine.
import { AutoencoderError, OptionError } from '@ae/core'
import { builtin } from './builtin.ts'

/** A libtensorflow in a folder. */
export interface Libtensorflow {
  /** The folder of its headers, which contains `tensorflow/c/c_api.h`. */
  readonly include: string
  /** The absolute paths of its libraries: the C API first, then the framework if it is a separate library. */
  readonly libraries: readonly string[]
  /** The CUDA libraries that pip installs next to a TensorFlow with CUDA; undefined where there are none. */
  readonly nvidia: string | undefined
}

/** Relative folders of an unpacked wheel or `tensorflow` in `site-packages`, of the folder above it, and of `/usr/local`. */
const layouts = [
  { libraries: '.', include: 'include', nvidia: '../nvidia' },
  { libraries: 'tensorflow', include: 'tensorflow/include', nvidia: 'nvidia' },
  { libraries: 'lib', include: 'include', nvidia: undefined },
]

/**
 * Finds the libtensorflow in a folder.
 *
 * @param folder an unpacked wheel, `site-packages`, its `tensorflow`, an unpacked libtensorflow, or a folder like `/usr/local`
 * @param from the folder's name in errors; defaults to its path
 * @throws {OptionError} when the folder holds none
 * @throws {AutoencoderError} when its libraries are for another processor or system
 */
export function findLibtensorflow(folder: string, from = folder): Libtensorflow {
  const { existsSync, readdirSync } = builtin('node:fs')
  const { join } = builtin('node:path')
  for (const layout of layouts) {
    const place = join(folder, layout.libraries)
    const names = existsSync(place) ? readdirSync(place) : []
    const api = names.filter((name) => apiLibrary.test(name)).sort()[0]
    const include = join(folder, layout.include)
    if (api === undefined || !existsSync(join(include, 'tensorflow/c/c_api.h'))) continue
    const framework = names.filter((name) => frameworkLibrary.test(name)).sort()[0]
    const libraries = [api, framework].filter((name) => name !== undefined).map((name) => join(place, name))
    for (const library of libraries) assertForThisMachine(library, from)
    const nvidia = layout.nvidia === undefined ? undefined : join(folder, layout.nvidia)
    return { include, libraries, nvidia: nvidia !== undefined && existsSync(nvidia) ? nvidia : undefined }
  }
  throw new OptionError('`linkLibtensorflow` found no libtensorflow in `from`.', {
    facts: {
      Expected:
        'a folder that holds libtensorflow_cc.so.2 or libtensorflow.so.2 (on macOS .2.dylib) and include/tensorflow/c/c_api.h',
      Received: from,
    },
    fix: 'pass a TensorFlow wheel for Linux or macOS (pip download --no-deps tensorflow-cpu), the folder site-packages/tensorflow, a libtensorflow .tar.gz, or the folder above its lib and include',
  })
}

// The names by which the libraries refer to each other: with the major version only.
const apiLibrary = /^libtensorflow(_cc)?\.(so\.2|2\.dylib)$/
const frameworkLibrary = /^libtensorflow_framework\.(so\.2|2\.dylib)$/

/** Reads a library's system and processor from its first bytes. */
function assertForThisMachine(library: string, from: string): void {
  const { closeSync, openSync, readSync } = builtin('node:fs')
  const head = Buffer.alloc(20)
  const file = openSync(library, 'r')
  readSync(file, head)
  closeSync(file)
  const received = machineOf(head)
  const expected = `${process.platform}-${process.arch}`
  if (received === expected || received === 'darwin-universal') return
  throw new AutoencoderError('`linkLibtensorflow` received a libtensorflow for another machine.', {
    facts: { Expected: expected, Received: `${received} (${from})` },
    fix: `take the wheel or the archive for ${expected}`,
  })
}

/** E.g. `linux-x64`, as Node names machines. */
function machineOf(head: Buffer): string {
  const architectures: Readonly<Record<number, string>> = { 62: 'x64', 183: 'arm64' }
  if (head.readUInt32BE() === 0x7f454c46) return `linux-${architectures[head.readUInt16LE(18)] ?? 'unknown'}`
  if (head.readUInt32LE() === 0xfeedfacf) return `darwin-${head.readUInt32LE(4) === 0x0100000c ? 'arm64' : 'x64'}`
  if (head.readUInt32BE() === 0xcafebabe) return 'darwin-universal'
  return 'unknown'
}
