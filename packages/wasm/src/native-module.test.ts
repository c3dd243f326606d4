import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'
import { expect, test } from 'vitest'
import { nativeModule } from './native-module.ts'

const assembly = fileURLToPath(new URL('../assembly/', import.meta.url))

// `--update` writes the file that this compares with: pnpm --filter @ae/wasm compile
test('the committed module is what the sources in assembly/ compile to', async () => {
  const bytes = await compile()
  const text = `// Compiled from assembly/ by \`pnpm --filter @ae/wasm compile\`: WebAssembly in base64.\n`
  const module = `export const nativeModule =\n  '${Buffer.from(bytes).toString('base64')}'\n`
  await expect(text + module).toMatchFileSnapshot('native-module.ts')
})

test('the module imports one memory that is not shared, and has no data, no start and no state', async () => {
  const bytes = Buffer.from(nativeModule, 'base64')
  const module = new WebAssembly.Module(bytes)
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
  expect(WebAssembly.Module.exports(module).every(({ kind }) => kind === 'function')).toBe(true)
  expect(sectionsOf(bytes)).toEqual(['type', 'import', 'function', 'export', 'code'])
})

async function compile(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined
  const options = '-O3 --enable simd --runtime stub --importMemory --initialMemory 0 --noExportMemory --noAssert'
  const { error, stderr } = await asc.main(
    ['index.ts', '--baseDir', assembly, '--outFile', 'native.wasm', ...options.split(' ')],
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
