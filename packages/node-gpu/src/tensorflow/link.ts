// `linkLibtensorflow`: builds an installed tfjs-node against the user's libtensorflow, instead of the one of 2022 it downloads.
import { AutoencoderError } from '@ae/core'
import { assertOptions, functionOption, oneOf } from '@ae/core/internal'
import { builtin } from './builtin.ts'
import { compileAddon } from './compile.ts'
import { findPackage, type InstalledPackage, tensorflowPackages } from './installed-package.ts'
import { findLibtensorflow, type Libtensorflow } from './libtensorflow.ts'
import { probeAddon } from './probe.ts'
import { unpack } from './unpack.ts'

/** Options of {@link linkLibtensorflow}. */
export interface LinkOptions {
  /**
   * The libtensorflow: a TensorFlow wheel (`.whl`), the folder `site-packages/tensorflow` of an installed one, a
   * libtensorflow archive (`.tar.gz`), or a folder with `include` and `lib`.
   */
  readonly from: string
  /**
   * The npm package that receives it: `tfjs-node`, which `native` runs, or `tfjs-node-gpu`, which `cuda` runs. Defaults to
   * `tfjs-node`.
   */
  readonly package?: 'tfjs-node' | 'tfjs-node-gpu' | undefined
  /** Called with one line as each step begins, e.g. `compiling the addon`. */
  readonly onProgress?: ((step: string) => void) | undefined
  /** Files from which the package is searched, upwards. Defaults to this package, then the working folder. */
  readonly places?: readonly string[] | undefined
}

/** The result of {@link linkLibtensorflow}. */
export interface LinkReport {
  /** The version that libtensorflow reports, e.g. `2.21.0`. */
  readonly version: string
  /** The package that has it, e.g. `@tensorflow/tfjs-node`. */
  readonly package: string
  /** The addon's file. */
  readonly addon: string
  /** False when the same libtensorflow was linked before and nothing was done. */
  readonly changed: boolean
}

/**
 * Builds the addon of an installed `@tensorflow/tfjs-node` or `-gpu` from that package's own source against a
 * libtensorflow that you have, and puts both into the package.
 *
 * It makes a current CUDA possible, and TensorFlow behind a firewall: the install script of these packages downloads
 * libtensorflow 2.9 for CUDA 11. It needs a C++ compiler but not Python. The work is done in a temporary folder that is
 * renamed at the end, so a package is never half linked. It runs on Linux and macOS.
 *
 * @returns what was linked
 * @throws {OptionError} when an option is unknown or `from` holds no libtensorflow
 * @throws {AutoencoderError} when the package is not installed, `from` is for another machine or damaged, there is no
 *   compiler, or the addon does not work
 * @example
 * ```ts
 * await linkLibtensorflow({ from: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl' })
 * ```
 */
export async function linkLibtensorflow(options: LinkOptions): Promise<LinkReport> {
  assertOptions('linkLibtensorflow', options, checks, ['from'])
  if (process.platform === 'win32') {
    throw new AutoencoderError('`linkLibtensorflow` works on Linux and macOS.', {
      facts: { Received: 'win32' },
      fix: 'run it in the Windows Subsystem for Linux, or use webgpu, which needs no libtensorflow',
    })
  }
  const { onProgress = () => {}, places } = options
  const installed = findInstalled(options.package ?? 'tfjs-node', places)
  const from = builtin('node:path').resolve(options.from)
  const origin = describe(from, installed)
  const before = readRecord(installed)
  if (before !== undefined && before.origin === origin) {
    return { version: before.version, package: installed.name, addon: installed.addon, changed: false }
  }
  const version = await inScratch(installed, (scratch) => build(installed, from, origin, scratch, onProgress))
  return { version, package: installed.name, addon: installed.addon, changed: true }
}

const checks = {
  from: (value: unknown) => (typeof value === 'string' && value !== '' ? undefined : 'a path'),
  package: oneOf('tfjs-node', 'tfjs-node-gpu'),
  onProgress: functionOption,
  places: (value: unknown) =>
    Array.isArray(value) && Array.from(value).every((place) => typeof place === 'string')
      ? undefined
      : 'an array of paths',
}

function findInstalled(name: 'tfjs-node' | 'tfjs-node-gpu', places: readonly string[] | undefined): InstalledPackage {
  const fullName = name === 'tfjs-node' ? tensorflowPackages.native : tensorflowPackages.cuda
  const installed = findPackage(fullName, places)
  if (installed !== undefined) return installed
  throw new AutoencoderError(`\`linkLibtensorflow\` did not find the package ${fullName}.`, {
    fix: `npm install --ignore-scripts ${fullName}@4.22.0`,
  })
}

/** Identifies a libtensorflow, so that linking the same one again does nothing. */
function describe(from: string, { version }: InstalledPackage): string {
  const { existsSync, statSync } = builtin('node:fs')
  if (!existsSync(from)) {
    throw new AutoencoderError('`linkLibtensorflow` found nothing at `from`.', {
      facts: { Received: from },
      fix: 'pass the path of a wheel, of an archive, or of a folder',
    })
  }
  const files = statSync(from).isDirectory() ? findLibtensorflow(from).libraries : [from]
  const marks = files.map((file) => `${statSync(file).size} ${Math.trunc(statSync(file).mtimeMs)}`)
  return [from, ...marks, `source ${version}`].join(', ')
}

interface Record {
  readonly origin: string
  readonly version: string
}

function readRecord({ addon }: InstalledPackage): Record | undefined {
  const { existsSync, readFileSync } = builtin('node:fs')
  const file = recordBeside(addon)
  return existsSync(addon) && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record) : undefined
}

function recordBeside(addon: string): string {
  return `${builtin('node:path').dirname(addon)}/linked.json`
}

/** Gives `work` a folder inside the package, hence on its disk, and removes it afterwards, also those of killed runs. */
async function inScratch<result>(
  { folder }: InstalledPackage,
  work: (scratch: string) => Promise<result>,
): Promise<result> {
  const { mkdtempSync, readdirSync, rmSync, statSync } = builtin('node:fs')
  const anHourAgo = Date.now() - 3_600_000
  for (const name of readdirSync(folder)) {
    const path = `${folder}/${name}`
    if (name.startsWith('.link-') && statSync(path).mtimeMs < anHourAgo) rmSync(path, { recursive: true })
  }
  const scratch = mkdtempSync(`${folder}/.link-`)
  try {
    return await work(scratch)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function build(
  installed: InstalledPackage,
  from: string,
  origin: string,
  scratch: string,
  onProgress: (step: string) => void,
): Promise<string> {
  const { mkdirSync, statSync, writeFileSync } = builtin('node:fs')
  let found: Libtensorflow
  if (statSync(from).isDirectory()) found = findLibtensorflow(from)
  else {
    onProgress(`unpacking ${from}`)
    const unpacked = `${scratch}/unpacked`
    mkdirSync(unpacked)
    await unpack(from, unpacked)
    found = findLibtensorflow(unpacked, from)
  }
  const linked = `${scratch}/linked`
  mkdirSync(linked)
  const libraries = found.libraries.map((library) => place(library, linked))
  onProgress(`compiling the addon of ${installed.name} ${installed.version}`)
  const addon = `${linked}/tfjs_binding.node`
  await compileAddon({ package: installed, include: found.include, libraries, output: addon })
  onProgress('trying the addon')
  const probe = await probeAddon(addon)
  if (!probe.ok) {
    throw new AutoencoderError('`linkLibtensorflow` built an addon that does not work.', {
      facts: { Libtensorflow: from, Reason: probe.reason },
      fix: 'take a libtensorflow that this system can run, TensorFlow 2.9 to 2.21; the package is as it was before',
    })
  }
  const { version } = probe
  writeFileSync(recordBeside(addon), `${JSON.stringify({ origin, version } satisfies Record, null, 2)}\n`)
  install(installed, linked, found.nvidia, scratch)
  return version
}

/** Makes a hard link where both are on one disk, else a copy, under the name that other libraries look for. */
function place(library: string, folder: string): string {
  const { copyFileSync, linkSync, realpathSync } = builtin('node:fs')
  const target = `${folder}/${builtin('node:path').basename(library)}`
  const file = realpathSync(library)
  try {
    linkSync(file, target)
  } catch {
    copyFileSync(file, target)
  }
  return target
}

/** Replaces the addon's folder with the finished one by two renames; in between the package has no addon. */
function install({ addon }: InstalledPackage, linked: string, nvidia: string | undefined, scratch: string): void {
  const { existsSync, mkdirSync, renameSync, rmSync, symlinkSync } = builtin('node:fs')
  const { dirname, join } = builtin('node:path')
  const place = dirname(addon)
  mkdirSync(dirname(place), { recursive: true })
  if (existsSync(place)) renameSync(place, `${scratch}/replaced`)
  // A TensorFlow with CUDA looks for the CUDA libraries that pip installs in ../nvidia, relative to itself.
  const link = join(dirname(place), 'nvidia')
  rmSync(link, { force: true })
  if (nvidia !== undefined) symlinkSync(nvidia, link)
  renameSync(linked, place)
}
