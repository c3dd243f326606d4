// The addon that lets Node call libtensorflow, compiled from the source that its npm package ships.
import { AutoencoderError } from '@ae/core'
import { builtin } from './builtin.ts'
import { type InstalledPackage, requireFrom, thisModule } from './installed-package.ts'

/** The input of {@link compileAddon}. */
export interface Compilation {
  /** The package whose source is compiled. */
  readonly package: InstalledPackage
  /** The folder of libtensorflow's headers. */
  readonly include: string
  /** The libraries to link with, absolute paths; the addon looks for them in its own folder. */
  readonly libraries: readonly string[]
  /** Where the addon is written. */
  readonly output: string
}

/**
 * Compiles the addon.
 *
 * It needs neither Python nor node-gyp: the source uses only Node's stable binary interface, whose headers are a package,
 * so one call of a C++ compiler is enough. The result works in every Node that has this version of the interface.
 *
 * @throws {AutoencoderError} when the package ships no source, there is no C++ compiler, or it fails
 */
export async function compileAddon({ package: { folder, name, version }, ...rest }: Compilation): Promise<void> {
  const { existsSync } = builtin('node:fs')
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => `${folder}/binding/${file}`)
  const absent = sources.find((file) => !existsSync(file))
  if (absent !== undefined) {
    throw new AutoencoderError(`\`linkLibtensorflow\` found no source of the addon in ${name} ${version}.`, {
      facts: { Expected: absent },
      fix: `install it again: npm install --ignore-scripts ${name}@4.22.0`,
    })
  }
  const compiler = findCompiler()
  const { include, libraries, output } = rest
  const { code, errors } = await run(compiler, [
    ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-o', output],
    ...[nodeHeaders(), include, folder].map((place) => `-I${place}`),
    ...sources,
    ...libraries,
    ...(process.platform === 'darwin'
      ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path']
      : ['-Wl,-rpath,$ORIGIN']),
  ])
  if (code === 0) return
  throw new AutoencoderError('`linkLibtensorflow` could not compile the addon.', {
    facts: { Compiler: compiler, Source: `${name} ${version}`, Reason: firstError(errors) },
    fix: 'use a compiler that knows C++17 (g++ 9 or clang 9, or newer), named by CXX, and a TensorFlow between 2.9 and 2.21',
  })
}

/** The headers of Node's stable binary interface, from npm `node-api-headers`. */
function nodeHeaders(): string {
  const { dirname, join } = builtin('node:path')
  return join(dirname(requireFrom(thisModule()).resolve('node-api-headers/package.json')), 'include')
}

function findCompiler(): string {
  const { spawnSync } = builtin('node:child_process')
  const candidates = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++']
  const found = candidates.find((candidate) => spawnSync(candidate, ['--version']).status === 0)
  if (found !== undefined) return found
  throw new AutoencoderError('`linkLibtensorflow` found no C++ compiler.', {
    facts: { Tried: process.env.CXX ? `${process.env.CXX} (CXX)` : candidates.join(', ') },
    fix:
      process.platform === 'darwin'
        ? 'xcode-select --install'
        : 'install one, e.g. apt-get install g++ or dnf install gcc-c++, or name one by CXX',
  })
}

function run(command: string, args: readonly string[]): Promise<{ code: number | null; errors: string }> {
  const { spawn } = builtin('node:child_process')
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, errors }))
  })
}

function firstError(errors: string): string {
  const lines = errors.split('\n').filter(Boolean)
  return lines.find((line) => /error|undefined reference|cannot find/i.test(line)) ?? lines[0] ?? 'none given'
}
