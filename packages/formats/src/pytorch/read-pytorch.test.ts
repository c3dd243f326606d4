import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memory, type StoredTensor } from '@ae/core'
import { describe, expect, test } from 'vitest'
import { readPyTorch } from './read-pytorch.ts'

const folder = join(import.meta.dirname, '../../fixtures/pytorch')
const path = (name: string) => join(folder, name)
const bytesOf = (name: string) => new Uint8Array(readFileSync(path(name)))

interface Expected {
  readonly shape: readonly number[]
  readonly dtype: string
  readonly values: readonly (number | string | boolean)[]
}
const expected: Readonly<Record<string, Readonly<Record<string, Expected>>>> = JSON.parse(
  readFileSync(path('expected.json'), 'utf8'),
)

describe.each(Object.entries(expected))('%s of PyTorch 2.13', (name, tensors) => {
  test('has the tensors that PyTorch saved, by name and in order', async () => {
    const read = await readPyTorch(path(name))
    expect([...read.tensors.keys()]).toEqual(Object.keys(tensors))
    for (const [key, { shape, values }] of Object.entries(tensors)) {
      const stored = read.tensors.get(key) as StoredTensor
      expect([key, stored.shape]).toEqual([key, shape])
      const inFloats = (value: number) => (stored.data instanceof Float32Array ? Math.fround(value) : value)
      expect([key, [...stored.data]]).toEqual([key, values.map(Number).map(inFloats)])
    }
  })

  test('is the same from bytes, from a Blob and from a store', async () => {
    const bytes = bytesOf(name)
    const all = await Promise.all(
      [bytes, new Blob([bytes]), memory(bytes), bytes.buffer].map((from) => readPyTorch(from)),
    )
    const first = dataOf(all[0]?.tensors)
    for (const { tensors } of all.slice(1)) expect(dataOf(tensors)).toEqual(first)
  })
})

const dataOf = (tensors: ReadonlyMap<string, StoredTensor> = new Map()) =>
  [...tensors].map(([name, { shape, data }]) => ({ name, shape, data }))

describe('readPyTorch', () => {
  test('gives integers exactly, in the arrays of readSafetensors', async () => {
    const { tensors } = await readPyTorch(path('layouts.pt'))
    expect(tensors.get('int64')?.data).toEqual(new Float64Array([-(2 ** 53 - 1), -1, 2 ** 40, 2 ** 53 - 1]))
    expect(tensors.get('uint64')?.data).toEqual(new Float64Array([0, 2 ** 53 - 1]))
    expect(tensors.get('uint16')).toMatchObject({ dtype: 'U16', data: new Int32Array([0, 65535]) })
    expect(tensors.get('bool')?.data).toEqual(new Uint8Array([1, 0, 1]))
  })

  test('gives what else a checkpoint holds as values of JavaScript', async () => {
    for (const name of ['lightning.ckpt', 'lightning-legacy.ckpt']) {
      const { contents } = await readPyTorch(path(name))
      const entries = contents as ReadonlyMap<string, unknown>
      expect(entries.get('epoch')).toBe(3)
      expect(entries.get('global_step')).toBe(12345678901234567890n)
      expect(entries.get('bytes')).toEqual(Uint8Array.of(0, 255))
      expect(entries.get('shape')).toEqual([1, 28, 28])
      expect(entries.get('dtype')).toBe('torch.float32')
      expect(entries.get('device')).toBe('cpu')
      expect(entries.get('hyper_parameters')).toEqual(
        new Map<string, unknown>([
          ['latent', 20],
          ['tags', new Set(['a', 'b'])],
          ['extra', new Map()],
          ['none', null],
        ]),
      )
      expect(entries.get('loops')).toEqual(
        new Map([
          [
            'fit_loop',
            new Map([
              ['state_dict', new Map()],
              [
                'counts',
                new Map([
                  ['a', 2],
                  ['b', 1],
                ]),
              ],
            ]),
          ],
        ]),
      )
      const callbacks = entries.get('callbacks') as ReadonlyMap<string, ReadonlyMap<string, unknown>>
      expect(callbacks.get('ModelCheckpoint')?.get('score')).toBe(1.5)
      expect(callbacks.get('ModelCheckpoint')?.get('n')).toBe(7)
      expect(callbacks.get('ModelCheckpoint')?.get('best_model_score')).toMatchObject({ shape: [], dtype: 'float32' })
    }
  })

  test('takes the entry that it is told, by a path with dots', async () => {
    const { tensors } = await readPyTorch(path('pythae.pt'), { key: 'ema.shadow' })
    expect(dataOf(tensors)).toEqual([{ name: 'fc.bias', shape: [2], data: new Float32Array(2) }])
  })

  test('lists tensors whose values it cannot read, and refuses only those', async () => {
    const { tensors } = await readPyTorch(path('odd.pt'))
    const seen = [...tensors].map(([name, { shape, dtype }]) => [name, shape, dtype])
    expect(seen).toEqual([
      ['sparse', [2, 2], 'sparse'],
      ['quantized', [2], 'qint8'],
      ['complex', [2], 'complex64'],
      ['meta', [2, 3], 'torch.float32'],
      ['too large', [1], 'I64'],
      ['fine', [1], 'F32'],
    ])
    expect(tensors.get('fine')?.data).toEqual(new Float32Array([1]))
    const errors = ['sparse', 'quantized', 'complex', 'meta', 'too large'].map((name) =>
      messageOf(() => tensors.get(name)?.data),
    )
    expect(errors.join('\n\n').replaceAll(folder, '')).toMatchInlineSnapshot(`
      "WeightsError: \`readPyTorch\` cannot read the tensor "sparse" of /odd.pt: it is sparse: save its to_dense().

      Fix: convert it to a dense tensor of float32 before saving it, or do without its values

      WeightsError: \`readPyTorch\` cannot read the tensor "quantized" of /odd.pt: it is quantized: save its dequantize().

      Fix: convert it to a dense tensor of float32 before saving it, or do without its values

      WeightsError: \`readPyTorch\` cannot read the tensor "complex" of /odd.pt: it has the type complex64.

      Fix: convert it to a dense tensor of float32 before saving it, or do without its values

      WeightsError: \`readPyTorch\` cannot read the tensor "meta" of /odd.pt: it is on the device "meta", where tensors have no values.

      Fix: convert it to a dense tensor of float32 before saving it, or do without its values

      WeightsError: \`readPyTorch\` cannot read the tensor "too large" of /odd.pt exactly: it holds 1152921504606846976.

      Expected: int64 from -(2^53 - 1) to 2^53 - 1
      Fix:      convert the tensor to another type before saving it, or do without its values"
    `)
  })

  test.each([
    ['a whole module', 'module.pt'],
    ['TorchScript', 'torchscript.pt'],
    ['torch.export', 'exported.pt2'],
    ['an optimiser alone', 'nothing.pt'],
    ['arrays of NumPy', 'numpy.pt'],
  ])('refuses %s with a cure', async (_title, name) => {
    expect(await errorOf(readPyTorch(bytesOf(name)))).toMatchSnapshot()
  })

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a page about the file', new TextEncoder().encode('<!doctype html><title>vae.pt</title>')],
    ['a safetensors file', new Uint8Array([16, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode('{"a":1}')])],
    ['an archive without an end', bytesOf('tensor.pt').subarray(0, 1000)],
    ['a legacy file without an end', bytesOf('layouts-legacy.pt').subarray(0, 4400)],
  ])('refuses %s', async (_title, bytes) => {
    expect(await errorOf(readPyTorch(bytes))).toMatchSnapshot()
  })

  test('refuses an entry that is not there, and names those that are', async () => {
    expect(await errorOf(readPyTorch(bytesOf('lightning.ckpt'), { key: 'ema' }))).toMatchSnapshot()
  })

  test('refuses a path that leads nowhere', async () => {
    const error = await errorOf(readPyTorch('nowhere/vae.pt'))
    expect(error).toContain('`readPyTorch` cannot read nowhere/vae.pt.')
    expect(error).toContain('no such file')
  })
})

function messageOf(run: () => unknown): string {
  try {
    run()
    return 'nothing was thrown'
  } catch (error) {
    return String(error)
  }
}

const errorOf = (failing: Promise<unknown>) =>
  failing.then(
    () => 'nothing was thrown',
    (error: unknown) => String(error),
  )
