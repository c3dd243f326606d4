import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { zipSync } from 'fflate'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findPackage, tensorflowPackages } from './installed-package.ts'
import { linkLibtensorflow } from './link.ts'

// pnpm's commands let every program find every package of the workspace, so that absence has to be made up.
const installed = vi.hoisted(() => ({ absent: false }))
vi.mock('./installed-package.ts', async (load) => {
  const original = await load<typeof import('./installed-package.ts')>()
  const findOr: typeof original.findPackage = (...asked) =>
    installed.absent ? undefined : original.findPackage(...asked)
  return { ...original, findPackage: findOr }
})

// The packages are made up, and so are libtensorflow and, by `CXX`, the compiler. On the disk of the workspace, as there
// libraries can be linked rather than copied.
let folder: string
beforeEach(async () => {
  folder = await realpath(await mkdtemp('node_modules/.link-test-'))
})
afterEach(async () => {
  installed.absent = false
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

test('options that are misspelt, missing or of another type are refused', async () => {
  // @ts-expect-error misspelt
  expect(await refusal({ form: 'x' })).toMatchInlineSnapshot(`
    "OptionError: \`linkLibtensorflow\` has no option \`form\`.

    Expected: from, package, onProgress, places
    Received: form
    Fix:      did you mean from?"
  `)
  // @ts-expect-error missing
  expect(await refusal({})).toMatchInlineSnapshot(`
    "OptionError: \`linkLibtensorflow\` needs the option \`from\`.

    Expected: a path
    Received: undefined
    Fix:      pass from"
  `)
  // @ts-expect-error not one of the two
  expect(await refusal({ from: 'x', package: 'tfjs' })).toMatchInlineSnapshot(`
    "OptionError: \`linkLibtensorflow\` received a bad \`package\`.

    Expected: one of tfjs-node, tfjs-node-gpu
    Received: "tfjs"
    Fix:      pass one of tfjs-node, tfjs-node-gpu"
  `)
})

test('a package that is not installed', async () => {
  installed.absent = true
  expect(await refusal({ from: folder, package: 'tfjs-node-gpu' })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` did not find the package @tensorflow/tfjs-node-gpu.

    Fix: npm install --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0"
  `)
})

test('a path that leads nowhere', async () => {
  await install()
  expect(await refusal({ from: join(folder, 'tensorflow.whl') })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` found nothing at \`from\`.

    Received: …/tensorflow.whl
    Fix:      pass the path of a wheel, of an archive, or of a folder"
  `)
})

test('a folder without libtensorflow', async () => {
  await install()
  await mkdir(join(folder, 'empty'))
  expect(await refusal({ from: join(folder, 'empty') })).toMatchInlineSnapshot(`
    "OptionError: \`linkLibtensorflow\` found no libtensorflow in \`from\`.

    Expected: a folder that holds libtensorflow_cc.so.2 or libtensorflow.so.2 (on macOS .2.dylib) and include/tensorflow/c/c_api.h
    Received: …/empty
    Fix:      pass a TensorFlow wheel for Linux or macOS (pip download --no-deps tensorflow-cpu), the folder site-packages/tensorflow, a libtensorflow .tar.gz, or the folder above its lib and include"
  `)
})

test('a libtensorflow for another processor', async () => {
  await install()
  const header = Buffer.alloc(64)
  header.write('\x7fELF', 'latin1')
  header.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18)
  await makeWheelFolder(header)
  expect(await refusal({ from: join(folder, 'wheel') })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` received a libtensorflow for another machine.

    Expected: this machine
    Received: another machine (…/wheel)
    Fix:      take the wheel or the archive for this machine"
  `)
})

test('a wheel that is cut short, and one that is no zip file', async () => {
  await install()
  const wheel = zipSync({ 'tensorflow/libtensorflow_cc.so.2': new Uint8Array(100_000).map((_, i) => (i * i) % 251) })
  await writeFile(join(folder, 'cut.whl'), wheel.subarray(0, wheel.length / 2))
  expect(await refusal({ from: join(folder, 'cut.whl') })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` could not unpack \`from\`.

    Received: …/cut.whl
    Reason:   invalid zip data
    Fix:      download it again; an interrupted download is the usual cause"
  `)
  await writeFile(join(folder, 'page.whl'), '<!doctype html>')
  expect(await refusal({ from: join(folder, 'page.whl') })).toMatchInlineSnapshot(`
    "OptionError: \`linkLibtensorflow\` found no libtensorflow in \`from\`.

    Expected: a folder that holds libtensorflow_cc.so.2 or libtensorflow.so.2 (on macOS .2.dylib) and include/tensorflow/c/c_api.h
    Received: …/page.whl
    Fix:      pass a TensorFlow wheel for Linux or macOS (pip download --no-deps tensorflow-cpu), the folder site-packages/tensorflow, a libtensorflow .tar.gz, or the folder above its lib and include"
  `)
  await writeFile(join(folder, 'page.tar.gz'), '<!doctype html>')
  expect(await refusal({ from: join(folder, 'page.tar.gz') })).toContain('could not unpack')
})

test('no C++ compiler, in which case the package stays as it was', async () => {
  const { addon, folder: home } = await install()
  await makeWheelFolder(ownHeader())
  vi.stubEnv('CXX', join(folder, 'no-compiler'))
  expect(await refusal({ from: join(folder, 'wheel') })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` found no C++ compiler.

    Tried: …/no-compiler (CXX)
    Fix:   install one, e.g. apt-get install g++ or dnf install gcc-c++, or name one by CXX"
  `)
  expect(findPackage(tensorflowPackages.native, [join(folder, 'x.js')])?.addon).toBe(addon)
  expect(await readdir(home)).toEqual(['binding', 'package.json'])
})

test('a compiler that fails, in which case the package stays as it was', async () => {
  const { folder: home } = await install()
  await makeWheelFolder(ownHeader())
  await useCompiler('echo "x.cc:1:10: fatal error: none.h: no such file" >&2; exit 1')
  expect(await refusal({ from: join(folder, 'wheel') })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` could not compile the addon.

    Compiler: …/compiler
    Source:   @tensorflow/tfjs-node 4.22.0
    Reason:   x.cc:1:10: fatal error: none.h: no such file
    Fix:      use a compiler that knows C++17 (g++ 9 or clang 9, or newer), named by CXX, and a TensorFlow between 2.9 and 2.21"
  `)
  expect(await readdir(home)).toEqual(['binding', 'package.json'])
})

test('an addon that does not work, in which case the package stays as it was', async () => {
  const { folder: home } = await install()
  await makeWheelFolder(ownHeader())
  await useCompiler(`echo 'no addon, but a text' > "$2"`)
  expect(await refusal({ from: join(folder, 'wheel') })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` built an addon that does not work.

    Libtensorflow: …/wheel
    Reason:        …/node_modules/@tensorflow/tfjs-node/.link-xxxxxx/linked/tfjs_binding.node: file too short
    Fix:           take a libtensorflow that this system can run, TensorFlow 2.9 to 2.21; the package is as it was before"
  `)
  expect(await readdir(home)).toEqual(['binding', 'package.json'])
})

test('a package without its source', async () => {
  const { folder: home } = await install()
  await rm(join(home, 'binding'), { recursive: true })
  await makeWheelFolder(ownHeader())
  expect(await refusal({ from: join(folder, 'wheel') })).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` found no source of the addon in @tensorflow/tfjs-node 4.22.0.

    Expected: …/node_modules/@tensorflow/tfjs-node/binding/tfjs_backend.cc
    Fix:      install it again: npm install --ignore-scripts @tensorflow/tfjs-node@4.22.0"
  `)
})

const real = findPackage(tensorflowPackages.native)
const isLinked = real !== undefined && existsSync(real.addon)
if (!isLinked)
  console.log('skipped: linking a real libtensorflow, because none is linked; enable with: pnpm run link:native')
test.skipIf(!isLinked)(
  'a libtensorflow is linked once, again when it is another, and its files stay as they are',
  async () => {
    const place = dirname(real?.addon ?? '')
    const { addon } = await install()
    const from = join(folder, 'wheel')
    const libraries = (await readdir(place)).filter((name) => name.startsWith('libtensorflow'))
    await makeWheelFolder(ownHeader())
    await rm(join(from, 'tensorflow', libraries.find((name) => name.includes('_cc')) ?? ''))
    for (const name of libraries) await symlink(join(place, name), join(from, 'tensorflow', name))
    const before = await Promise.all(libraries.map((name) => stat(join(place, name))))
    await useCompiler(`cp '${real?.addon}' "$2"`)
    const steps: string[] = []
    const options = { from, places: [join(folder, 'x.js')], onProgress: (step: string) => steps.push(step) }
    const version = expect.stringMatching(/^2\.\d+\.\d+/)
    const report = { version, package: '@tensorflow/tfjs-node', addon }
    expect(await linkLibtensorflow(options)).toEqual({ ...report, changed: true })
    expect(await linkLibtensorflow(options)).toEqual({ ...report, changed: false })
    expect(steps).toEqual(['compiling the addon of @tensorflow/tfjs-node 4.22.0', 'trying the addon'])
    const other = join(folder, 'other')
    await symlink(from, other)
    expect(await linkLibtensorflow({ ...options, from: other })).toEqual({ ...report, changed: true })
    expect((await readdir(dirname(addon))).toSorted()).toEqual(
      [...libraries, 'linked.json', 'tfjs_binding.node'].toSorted(),
    )
    const after = await Promise.all(libraries.map((name) => stat(join(place, name))))
    expect(after.map(({ ino, mtimeMs, size }) => [ino, mtimeMs, size])).toEqual(
      before.map(({ ino, mtimeMs, size }) => [ino, mtimeMs, size]),
    )
  },
)

test('what a killed run left behind is removed by the next one', async () => {
  const { folder: home } = await install()
  await mkdir(join(home, '.link-killed'))
  await utimes(join(home, '.link-killed'), new Date(0), new Date(0))
  await mkdir(join(folder, 'empty'))
  await makeWheelFolder(ownHeader())
  vi.stubEnv('CXX', join(folder, 'no-compiler'))
  await refusal({ from: join(folder, 'wheel') })
  expect(await readdir(home)).toEqual(['binding', 'package.json'])
})

test('Windows', async () => {
  vi.stubGlobal('process', Object.create(process, { platform: { value: 'win32' } }))
  const text = await refusal({ from: join(folder, 'tensorflow.whl') })
  vi.unstubAllGlobals()
  expect(text).toMatchInlineSnapshot(`
    "AutoencoderError: \`linkLibtensorflow\` works on Linux and macOS.

    Received: win32
    Fix:      run it in the Windows Subsystem for Linux, or use webgpu, which needs no libtensorflow"
  `)
})

async function refusal(options: Parameters<typeof linkLibtensorflow>[0]): Promise<string> {
  try {
    await linkLibtensorflow({ ...options, places: [join(folder, 'x.js')] })
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
      .replaceAll(folder, '…')
      .replaceAll(/\.link-\w+/g, '.link-xxxxxx')
      .replaceAll(`${process.platform}-${process.arch}`, 'this machine')
      .replaceAll(/linux-(arm64|x64)/g, 'another machine')
  }
  return 'linked'
}

async function install(): Promise<{ folder: string; addon: string }> {
  const home = join(folder, 'node_modules', tensorflowPackages.native)
  await mkdir(join(home, 'binding'), { recursive: true })
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: tensorflowPackages.native, version: '4.22.0' }))
  for (const name of ['tfjs_backend.cc', 'tfjs_binding.cc']) await writeFile(join(home, 'binding', name), '')
  return { folder: home, addon: `${home}/lib/napi-v8/tfjs_binding.node` }
}

/** A compiler that does as told, with its output as `$2`. */
async function useCompiler(command: string): Promise<void> {
  const compiler = join(folder, 'compiler')
  const find = 'while [ "$1" != -o ]; do shift; done'
  await writeFile(compiler, `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${find}\n${command}\n`)
  await chmod(compiler, 0o755)
  vi.stubEnv('CXX', compiler)
}

/** What an unpacked wheel looks like to linking. */
async function makeWheelFolder(library: Uint8Array): Promise<void> {
  const include = join(folder, 'wheel/tensorflow/include/tensorflow/c')
  await mkdir(include, { recursive: true })
  await writeFile(join(include, 'c_api.h'), '')
  const suffix = process.platform === 'darwin' ? '2.dylib' : 'so.2'
  await writeFile(join(folder, `wheel/tensorflow/libtensorflow_cc.${suffix}`), library)
}

/** The first bytes of a library for this machine: of Node itself, which is a program for it. */
function ownHeader(): Uint8Array {
  const header = Buffer.alloc(64)
  if (process.platform === 'darwin') {
    header.writeUInt32LE(0xfeedfacf)
    header.writeUInt32LE(process.arch === 'arm64' ? 0x0100000c : 0x01000007, 4)
  } else {
    header.write('\x7fELF', 'latin1')
    header.writeUInt16LE(process.arch === 'arm64' ? 183 : 62, 18)
  }
  return header
}
