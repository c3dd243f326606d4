import { expect, test } from 'vitest'
import { unpackBinary } from './binary.ts'
import { declareMemory } from './wasm-sections.ts'

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
// Two types, () -> () and () -> i32.
const types = [1, 8, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7f]

/** Whether a module takes a shared memory. */
async function takesShared(binary: BufferSource): Promise<boolean> {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
  const [env, global] = [{ f: () => {}, memory }, new WebAssembly.Global({ value: 'i32' }, 3)]
  const table = new WebAssembly.Table({ initial: 1, maximum: 2, element: 'anyfunc' })
  return await WebAssembly.instantiate(binary, { env: { ...env, global, table } }).then(
    () => true,
    (error: Error) => {
      expect(error.message).toContain('shared')
      return false
    },
  )
}

test('the memory that a module imports is declared, whatever else it imports before', async () => {
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)]
  const imports = [
    4,
    ...[...name('env'), ...name('f'), 0, 0],
    ...[...name('env'), ...name('table'), 1, 0x70, 1, 1, 2],
    ...[...name('env'), ...name('global'), 3, 0x7f, 0],
    ...[...name('env'), ...name('memory'), 2, 1, 1, 2],
  ]
  const binary = new Uint8Array([...header, ...types, 2, imports.length, ...imports])
  expect(await takesShared(binary)).toBe(false)
  declareMemory(binary, true)
  expect(await takesShared(binary)).toBe(true)
  declareMemory(binary, false)
  expect(await takesShared(binary)).toBe(false)
})

test('the memory of the file that tfjs brings is declared in one bit', async () => {
  const [binary, original] = [await unpackBinary(), await unpackBinary()]
  declareMemory(binary, true)
  const changed = [...binary.keys()].filter((index) => binary[index] !== original[index])
  expect(changed).toHaveLength(1)
  expect(WebAssembly.validate(binary)).toBe(true)
  declareMemory(binary, false)
  expect(Buffer.from(binary).equals(original)).toBe(true)
})

test('a module without memory is left as it is', () => {
  const binary = new Uint8Array([...header, ...types])
  declareMemory(binary, true)
  expect([...binary]).toEqual([...header, ...types])
})
