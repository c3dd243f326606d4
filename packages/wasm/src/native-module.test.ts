import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { describe, expect, test } from 'vitest'
import { nativeModule } from './native-module.ts'
import { nativeModule as relaxedModule } from './native-module-relaxed.ts'
import { withRelaxedSimd } from './simd.ts'

const assembly = fileURLToPath(new URL('../assembly/', import.meta.url))

describe.each([
  { file: 'native-module.ts', module: nativeModule, features: 'simd,threads' },
  { file: 'native-module-relaxed.ts', module: relaxedModule, features: 'simd,threads,relaxed-simd' },
])('$file', ({ file, module, features }) => {
  // `--update` writes the file that this compares with: pnpm --filter @ae/wasm compile
  test('is what the sources in assembly/ compile to', async () => {
    const base64 = Buffer.from(await compile(features)).toString('base64')
    const text = `// Compiled from assembly/ with ${features} by \`pnpm --filter @ae/wasm compile\`: WebAssembly in base64.
export const nativeModule =
  '${base64}'
`
    await expect(text).toMatchFileSnapshot(file)
  })

  test('imports one memory and what to do when a thread is late, and has no data and no start', async () => {
    const bytes = Buffer.from(module, 'base64')
    const compiled = await withRelaxedSimd(() => WebAssembly.compile(bytes))
    expect(WebAssembly.Module.imports(compiled as WebAssembly.Module)).toEqual([
      { module: 'env', name: 'late', kind: 'function' },
      { module: 'env', name: 'memory', kind: 'memory' },
    ])
    expect(WebAssembly.Module.exports(compiled as WebAssembly.Module).every(({ kind }) => kind === 'function')).toBe(
      true,
    )
    expect(sectionsOf(bytes)).toEqual(['type', 'import', 'function', 'global', 'export', 'code'])
  })
})

async function compile(features: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const options =
    '-O3 --runtime stub --importMemory --sharedMemory --initialMemory 0 --maximumMemory 65536 --noExportMemory'
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--baseDir', assembly, '--outFile', 'native.wasm', '--noAssert', ...options.split(' ')],
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
