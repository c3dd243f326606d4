import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { describe, expect, test } from 'vitest'
import { kernelModule } from './kernel-module.ts'
import { kernelModule as relaxedModule } from './kernel-module-relaxed.ts'
import { kernelModule as wideModule } from './kernel-module-wide.ts'
import { withRelaxedSimd } from './simd.ts'
import { declareMemory } from './wasm-sections.ts'

const assembly = fileURLToPath(new URL('../../assembly', import.meta.url))

const tiles = ['low', 'lowAt', 'lowPair', 'lowPairAt', 'tall', 'tallAt', 'tallPair', 'tallPairAt']
const losses = ['bernoulli', 'bernoulliGradient', 'squaresOfSigmoid', 'squaresOfSigmoidGradient']
const late = [{ module: 'env', name: 'late', kind: 'function' }]

describe.each([
  { file: 'kernel-module.ts', source: 'index.ts', module: kernelModule, features: 'simd,threads', imports: late },
  {
    file: 'kernel-module-relaxed.ts',
    source: 'index.ts',
    module: relaxedModule,
    features: 'simd,threads,relaxed-simd',
    imports: [
      ...late,
      { module: 'wide', name: 'enabled', kind: 'global' },
      ...[...tiles, ...losses, 'tanh'].map((name) => ({ module: 'wide', name, kind: 'function' })),
    ],
  },
  {
    file: 'kernel-module-wide.ts',
    source: 'wide.ts',
    module: wideModule,
    features: 'simd,threads,relaxed-simd',
    imports: [],
  },
])('$file', ({ file, source, module, features, imports }) => {
  // `--update` writes the file that this compares with: pnpm --filter @ae/wasm compile
  test('is what the sources in assembly/ compile to', async () => {
    const base64 = Buffer.from(await compile(source, features)).toString('base64')
    const text = `// Compiled from assembly/${source} with ${features} by \`pnpm --filter @ae/wasm compile\`: WebAssembly in base64.
export const kernelModule =
  '${base64}'
`
    await expect(text).toMatchFileSnapshot(file)
  })

  test('imports one memory and functions, and has no data and no start', async () => {
    const bytes = Buffer.from(module, 'base64')
    const compiled = await withRelaxedSimd(() => WebAssembly.compile(bytes))
    const memory = { module: 'env', name: 'memory', kind: 'memory' }
    const found = WebAssembly.Module.imports(compiled as WebAssembly.Module)
    expect(new Set(found)).toEqual(new Set([memory, ...imports]))
    expect(found.length).toBe(1 + imports.length)
    expect(WebAssembly.Module.exports(compiled as WebAssembly.Module).every(({ kind }) => kind === 'function')).toBe(
      true,
    )
    expect(sectionsOf(bytes).filter((name) => name !== 'global')).toEqual([
      'type',
      'import',
      'function',
      'export',
      'code',
    ])
  })
})

async function compile(source: string, features: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const options =
    '-O3 --runtime stub --importMemory --sharedMemory --initialMemory 0 --maximumMemory 65536 --noExportMemory'
  const { error, stderr } = await asc.main(
    [
      source,
      ...['--baseDir', assembly, '--outFile', 'kernels.wasm', '--noAssert', ...options.split(' ')],
      ...features.split(',').flatMap((feature) => ['--enable', feature]),
    ],
    {
      writeFile: (_name: string, contents: string | Uint8Array) => {
        if (typeof contents !== 'string') binary = contents
      },
    },
  )
  expect(stderr.toString()).toBe('')
  if (error) throw error
  if (binary === undefined) throw new Error('the compiler wrote no module')
  declareMemory(binary, false) // where there are threads it is declared as shared again
  return binary
}

/** The names of a module's sections, in order, by the numbers that the specification gives them. */
function sectionsOf(bytes: Uint8Array): string[] {
  const names = 'custom type import function table memory global export start element code data'.split(' ')
  const sections: string[] = []
  for (let at = 8; at < bytes.length; ) {
    sections.push(names[bytes[at] ?? -1] ?? 'unknown')
    let size = 0
    let shift = 0
    let byte: number
    do {
      at++
      byte = bytes[at] ?? 0
      size |= (byte & 0x7f) << shift
      shift += 7
    } while (byte & 0x80)
    at += 1 + size
  }
  return sections
}
