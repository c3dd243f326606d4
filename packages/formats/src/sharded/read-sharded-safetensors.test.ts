// Files of huggingface_hub 2.4.0: reference/sharded_fixture.py.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AutoencoderError, folder, OptionError, readSafetensors, type Safetensors, writeSafetensors } from '@ae/core'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fromStateDict } from '../state-dict/from-state-dict.ts'
import { corrupted } from '../testing/corrupted.ts'
import { readShardedSafetensors, type ShardSource } from './read-sharded-safetensors.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/sharded')
const indexName = 'model.safetensors.index.json'
const shard = (i: number) => `model-0000${i}-of-00003.safetensors`
const whole = readSafetensors(readFileSync(join(fixtures, 'whole.safetensors')))
const index = JSON.parse(readFileSync(join(fixtures, indexName), 'utf8'))

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sharded-'))
  cpSync(fixtures, home, { recursive: true })
  rmSync(join(home, 'whole.safetensors'))
  return () => rmSync(home, { recursive: true })
})
beforeAll(() => tf.setBackend('cpu'))

const filesIn = (path: string) => readdirSync(path).map((name) => new File([readFileSync(join(path, name))], name))
const valuesOf = ({ tensors }: Safetensors) =>
  Object.fromEntries([...tensors].map(([name, { shape, dtype, data }]) => [name, { shape, dtype, data: [...data] }]))
const write = (name: string, contents: string | Uint8Array) => writeFileSync(join(home, name), contents)
const rewrite = (weightMap: object) => write(indexName, JSON.stringify({ metadata: {}, weight_map: weightMap }))
/** Two shards in which the given tensors are. */
const writeShards = (...shards: readonly string[][]) =>
  shards.forEach((names, i) => {
    const tensors = new Map(names.map((name) => [name, { shape: [1], data: Float32Array.of(i) }]))
    write(shard(i + 1), writeSafetensors({ metadata: new Map(), tensors }))
  })
const failure = async (source: ShardSource = home) =>
  readShardedSafetensors(source).then(
    () => undefined,
    (error: Error) => error.message.replaceAll(home, 'vae'),
  )

describe('the shards that huggingface_hub wrote are read as the file that safetensors wrote', () => {
  test.each<[string, () => ShardSource]>([
    ['a folder', () => home],
    ['an index', () => join(home, indexName)],
    ['a Folder', () => folder(home)],
    ['files of a page', () => filesIn(home)],
  ])('from %s', async (_, source) => {
    const read = await readShardedSafetensors(source())
    expect(valuesOf(read)).toEqual(valuesOf(whole))
    expect([...read.tensors.keys()]).toEqual(Object.keys(index.weight_map))
    expect(Object.fromEntries(read.metadata)).toEqual({ format: 'pt' })
  })

  test('from an address, whose query and headers are sent for each', async () => {
    const asked: string[] = []
    const server = createServer(({ url = '', headers }, response) => {
      asked.push(`${url} ${headers.authorization}`)
      response.end(readFileSync(join(home, url.split('/').at(-1)?.split('?')[0] ?? '')))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vae/${indexName}?key=1`
    try {
      for (const source of [address, new URL(address)]) {
        const read = await readShardedSafetensors(source, { headers: { authorization: 'Bearer me' } })
        expect(valuesOf(read)).toEqual(valuesOf(whole))
      }
    } finally {
      server.close()
    }
    const once = [indexName, shard(1), shard(2), shard(3)].map((name) => `/vae/${name}?key=1 Bearer me`)
    expect(asked).toEqual([...once, ...once])
  })

  test('and become a model', async () => {
    const { tensors } = await readShardedSafetensors(home)
    const weights = new Map([...tensors].filter(([name]) => name.startsWith('fc')))
    using model = fromStateDict(weights, { inputShape: [6] })
    expect(model.kind).toBe('vae')
  })
})

test('a folder with one safetensors file and no index is read, for small models are not divided', async () => {
  const small = mkdtempSync(join(tmpdir(), 'small-'))
  cpSync(join(fixtures, 'whole.safetensors'), join(small, 'model.safetensors'))
  expect(valuesOf(await readShardedSafetensors(small))).toEqual(valuesOf(whole))
  rmSync(small, { recursive: true })
})

describe('refuses', () => {
  test('a missing shard, by its name', async () => {
    rmSync(join(home, shard(2)))
    const fix = `put ${shard(2)} beside ${indexName}: all shards are needed`
    expect(await failure()).toContain(`cannot read the shard ${shard(2)} that ${indexName} lists of vae.`)
    expect(await failure()).toContain(fix)
    expect(await failure(filesIn(home))).toMatchInlineSnapshot(`
      "\`readShardedSafetensors\` cannot read the shard model-00002-of-00003.safetensors that model.safetensors.index.json lists of the files: the file "model-00002-of-00003.safetensors" is missing.

      Fix: choose the index and all the files that it lists"
    `)
  })

  test('two files of one name', async () => {
    expect(await failure([...filesIn(home), ...filesIn(home).slice(0, 1)])).toContain(
      `two files have the name "${shard(1)}"`,
    )
  })

  test('a tensor that is in none of the shards, or in another', async () => {
    rewrite({ ...index.weight_map, 'fc5.bias': shard(1) })
    expect(await failure()).toMatchInlineSnapshot(`
      "\`readShardedSafetensors\` cannot read vae: the tensor "fc5.bias" is not in its shard.

      Expected: in model-00001-of-00003.safetensors, as model.safetensors.index.json has it
      Received: in none of the shards
      Fix:      download all files of the model again: the index and the shards are not of one version"
    `)
    rewrite({ ...index.weight_map, half: shard(1) })
    expect(await failure()).toContain(`Received: in ${shard(3)}`)
  })

  test('a tensor that is in two shards', async () => {
    writeShards(['a', 'b'], ['b', 'c'])
    rewrite({ a: shard(1), b: shard(1), c: shard(2) })
    expect(await failure()).toMatchInlineSnapshot(`
      "\`readShardedSafetensors\` cannot read vae: the tensor "b" is in two shards.

      Expected: in one shard
      Received: in model-00001-of-00003.safetensors and in model-00002-of-00003.safetensors
      Fix:      download all files of the model again: the index and the shards are not of one version"
    `)
  })

  test('a tensor that is not in the index', async () => {
    writeShards(['a', 'b'])
    rewrite({ a: shard(1) })
    expect(await failure()).toContain('the tensor "b" is not in the index.')
  })

  test('a tensor that the index lists twice', async () => {
    write(indexName, `{"weight_map":{"a":"${shard(1)}","\\u0061" :"${shard(2)}"}}`)
    expect(await failure()).toContain('it lists "a" twice.')
  })

  test('a name that leads out of the folder', async () => {
    for (const name of ['../secret', 'a/b', 'a\\b', '/etc/passwd', '..', '', 3, 'C:x']) {
      rewrite({ a: name })
      expect(await failure()).toContain('which is not the name of a file beside it')
    }
  })

  test.each(['', '[]', '{}', '{"weight_map":[]}', '<html>', '['.repeat(1e5)])('%s as an index', async (text) => {
    write(indexName, text)
    expect(await failure()).toMatch(/cannot read model.safetensors.index.json of vae: it is not (JSON|an index)/)
  })

  test('a folder without an index, with several, and none at all', async () => {
    rmSync(join(home, indexName))
    expect(await failure()).toMatchInlineSnapshot(`
      "\`readShardedSafetensors\` cannot read vae: it has no index.

      Expected: one file that ends in .safetensors.index.json
      Received: ["model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors"]
      Fix:      put the index beside the shards: it is among the files of the model, often model.safetensors.index.json"
    `)
    write('a.safetensors.index.json', '{}')
    write('b.safetensors.index.json', '{}')
    expect(await failure()).toContain('it has several indices')
    expect(await failure(join(home, 'none'))).toContain('it has no index')
    expect(await failure(join(home, 'none.json'))).toContain('cannot read none.json')
  })

  test.each([[undefined], [''], [[]], [[new Uint8Array(8)]], [new Uint8Array(8)], [{}], [{ list: 1 }]])(
    '%j as a source',
    async (source) => {
      await expect(readShardedSafetensors(source as never)).rejects.toThrow(OptionError)
    },
  )

  test('500 damaged copies each of the index and of a shard, each with a designed error', async () => {
    for (const name of [indexName, shard(3)]) {
      const sound = new Uint8Array(readFileSync(join(home, name)))
      const others = filesIn(home).filter((file) => file.name !== name)
      for (let seed = 0; seed < 500; seed++) {
        try {
          for (const { data } of (
            await readShardedSafetensors([...others, new File([Uint8Array.from(corrupted(sound, seed))], name)])
          ).tensors.values())
            data.length
        } catch (error) {
          if (!AutoencoderError.isInstance(error)) throw error
        }
      }
    }
  })
})

test('an abort rejects with the reason of the signal', async () => {
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(readShardedSafetensors(`http://127.0.0.1:1/${indexName}`, { signal })).rejects.toThrow('enough')
})
