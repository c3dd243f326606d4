import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findLibtensorflow } from './libtensorflow.ts'
import { unpack } from './unpack.ts'

let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'ae-unpack-')))
  await mkdir(join(folder, 'out'))
})
afterEach(() => rm(folder, { recursive: true }))

const isMac = process.platform === 'darwin'
const named = (name: string) => `${name}.${isMac ? '2.dylib' : 'so.2'}`

test('of a wheel, the libraries and the headers of the C API are unpacked, and nothing else', async () => {
  const api = library(3_000_000) // several reads long
  const files = {
    [`tensorflow/${named('libtensorflow_cc')}`]: api,
    [`tensorflow/${named('libtensorflow_framework')}`]: library(64),
    'tensorflow/include/tensorflow/c/c_api.h': new Uint8Array(),
    'tensorflow/include/tensorflow/c/eager/c_api.h': new Uint8Array(),
    'tensorflow/include/xla/tsl/c/tsl_status.h': new Uint8Array(),
    'tensorflow/include/Eigen/Core.h': new Uint8Array(),
    'tensorflow/python/framework.py': new Uint8Array(),
    'tensorflow/include/tensorflow/c/../../../../../outside.h': new Uint8Array(),
  }
  await writeFile(join(folder, 'tensorflow.whl'), zipSync(files))
  const out = join(folder, 'out')
  await unpack(join(folder, 'tensorflow.whl'), out)
  expect((await readdir(folder)).toSorted(), 'no path leads out of the folder').toEqual(['out', 'tensorflow.whl'])
  const unpacked = (await readdir(out, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  expect(unpacked.map(({ name }) => name).toSorted()).toEqual(
    ['c_api.h', 'c_api.h', named('libtensorflow_cc'), named('libtensorflow_framework'), 'tsl_status.h'].toSorted(),
  )
  expect(Buffer.compare(await readFile(join(out, 'tensorflow', named('libtensorflow_cc'))), api)).toBe(0)
  expect(findLibtensorflow(out)).toEqual({
    include: join(out, 'tensorflow/include'),
    libraries: [named('libtensorflow_cc'), named('libtensorflow_framework')].map((name) =>
      join(out, 'tensorflow', name),
    ),
    nvidia: undefined,
  })
})

test('an archive of libtensorflow is unpacked, and found by its lib and include', async () => {
  const inside = join(folder, 'in')
  await mkdir(join(inside, 'include/tensorflow/c'), { recursive: true })
  await mkdir(join(inside, 'lib'))
  await writeFile(join(inside, 'include/tensorflow/c/c_api.h'), '')
  await writeFile(join(inside, 'lib', named('libtensorflow')), library(64))
  execFileSync('tar', ['-czf', join(folder, 'libtensorflow.tar.gz'), '-C', inside, 'include', 'lib'])
  const out = join(folder, 'out')
  await unpack(join(folder, 'libtensorflow.tar.gz'), out)
  expect(findLibtensorflow(out)).toEqual({
    include: join(out, 'include'),
    libraries: [join(out, 'lib', named('libtensorflow'))],
    nvidia: undefined,
  })
})

test("the CUDA libraries of pip are found beside an installed TensorFlow, by its folder and by its parent's", async () => {
  const place = join(folder, 'site-packages')
  await mkdir(join(place, 'tensorflow/include/tensorflow/c'), { recursive: true })
  await mkdir(join(place, 'nvidia'))
  await writeFile(join(place, 'tensorflow/include/tensorflow/c/c_api.h'), '')
  await writeFile(join(place, 'tensorflow', named('libtensorflow_cc')), library(64))
  expect(findLibtensorflow(place).nvidia).toBe(join(place, 'nvidia'))
  expect(findLibtensorflow(join(place, 'tensorflow')).nvidia).toBe(join(place, 'nvidia'))
})

/** Bytes that begin as a library for this machine does, and do not compress to nothing. */
function library(size: number): Uint8Array {
  const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, i) => (i * i) % 251))
  if (isMac) {
    bytes.writeUInt32LE(0xfeedfacf)
    bytes.writeUInt32LE(process.arch === 'arm64' ? 0x0100000c : 0x01000007, 4)
  } else {
    bytes.write('\x7fELF', 'latin1')
    bytes.writeUInt16LE(process.arch === 'arm64' ? 183 : 62, 18)
  }
  return bytes
}
