import { expect, test } from 'vitest'
import { memory } from './store.ts'

test('memory reads what was written last', async () => {
  const store = memory()
  await store.write(new Uint8Array([1]))
  await store.write(new Uint8Array([2, 3]))
  expect(await store.read()).toEqual(new Uint8Array([2, 3]))
})

test('memory begins with the bytes that it is given', async () => {
  expect(await memory(new Uint8Array([1])).read()).toEqual(new Uint8Array([1]))
})

test('memory shares no array with its callers', async () => {
  const first = Buffer.from([1]) // a Buffer's own slice would be a view
  const second = Buffer.from([2])
  const store = memory(first)
  first[0] = 9
  expect((await store.read())[0]).toBe(1)
  await store.write(second)
  second[0] = 9
  const read = await store.read()
  read[0] = 9
  expect((await store.read())[0]).toBe(2)
})

test('memory refuses to be read before it was written', async () => {
  await expect(memory().read()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [WeightsError: \`memory\` cannot be read: nothing was written to it.

    Fix: save to it first, or pass the bytes: memory(bytes)]
  `)
})
