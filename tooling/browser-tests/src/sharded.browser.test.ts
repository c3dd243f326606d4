// A model in several safetensors files in a page: packages/formats/fixtures/sharded, which huggingface_hub wrote.
import { readSafetensors, type Safetensors } from '@ae/core'
import { readShardedSafetensors } from '@ae/formats'
import { expect, test } from 'vitest'

const addressOf = (name: string) => new URL(`../../../packages/formats/fixtures/sharded/${name}`, import.meta.url)
const bytesOf = async (name: string) => new Uint8Array(await (await fetch(addressOf(name))).arrayBuffer())
const index = 'model.safetensors.index.json'
const shards = [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`)
const valuesOf = ({ tensors }: Safetensors) =>
  Object.fromEntries([...tensors].map(([name, { shape, data }]) => [name, [shape, [...data]]]))

test('is read from the address of its index', async () => {
  const read = await readShardedSafetensors(addressOf(index))
  expect(valuesOf(read)).toEqual(valuesOf(readSafetensors(await bytesOf('whole.safetensors'))))
})

test('is read from the files that were chosen, and a missing one is named', async () => {
  const files = await Promise.all([index, ...shards].map(async (name) => new File([await bytesOf(name)], name)))
  const read = await readShardedSafetensors(files)
  expect(valuesOf(read)).toEqual(valuesOf(readSafetensors(await bytesOf('whole.safetensors'))))
  await expect(readShardedSafetensors(files.slice(0, 3))).rejects.toThrow(`the file "${shards[2]}" is missing`)
})

test('cannot be read from a path, which is said', async () => {
  await expect(readShardedSafetensors('models/vae')).rejects.toThrow('`folder` works in Node only')
})
