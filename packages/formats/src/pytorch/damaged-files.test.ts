// Whatever the bytes are: a designed error, or values of the shapes that the file states; in memory that fits the file.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AutoencoderError, sizeOfShape } from '@ae/core'
import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { corrupted } from '../testing/corrupted.ts'
import { readPyTorch } from './read-pytorch.ts'

const folder = join(import.meta.dirname, '../../fixtures/pytorch')
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder, name)))

describe.each(['layouts.pt', 'layouts-legacy.pt', 'lightning.ckpt', 'lightning-legacy.ckpt', 'no-checksums.pt'])(
  '%s, damaged in 500 ways',
  (name) => {
    test('is refused, or read as far as it is whole', async () => {
      const file = bytesOf(name)
      const answers = { refused: 0, read: 0 }
      for (let seed = 0; seed < 500; seed++) {
        try {
          const { tensors } = await readPyTorch(corrupted(file, seed))
          for (const { shape, data } of readable(tensors)) expect(data.length).toBe(sizeOfShape(shape))
          answers.read++
        } catch (error) {
          if (!AutoencoderError.isInstance(error)) throw new Error(`seed ${seed}`, { cause: error })
          expect(error.message.length).toBeLessThan(3000)
          answers.refused++
        }
      }
      expect(answers.refused).toBeGreaterThan(100)
      expect(answers.read).toBeGreaterThan(10)
    })
  },
)

function* readable(tensors: Awaited<ReturnType<typeof readPyTorch>>['tensors']) {
  for (const tensor of tensors.values()) {
    try {
      yield { shape: tensor.shape, data: tensor.data }
    } catch (error) {
      if (!AutoencoderError.isInstance(error)) throw error
    }
  }
}

describe('a hostile file', () => {
  const text = (value: string) => new TextEncoder().encode(value)
  /** An archive as torch.save names its parts. */
  const archive = (pickle: Uint8Array, storage = new Uint8Array(4), options = {}) =>
    zipSync({ 'a/data.pkl': pickle, 'a/byteorder': text('little'), 'a/data/0': storage }, { level: 0, ...options })
  const errorOf = (bytes: Uint8Array) =>
    readPyTorch(bytes).then(
      () => 'nothing was thrown',
      (error: unknown) => String(error),
    )
  const join = (...parts: readonly (string | readonly number[])[]) =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...text(part)] : [...part])))
  const storage = (count: number) =>
    join('((U', [7], 'storage', 'ctorch\nFloatStorage\n', 'U', [1], '0', 'U', [3], 'cpu', 'K', [count], 'tQ')
  const tensor = (shape: readonly number[], strides: readonly number[]) => {
    const make = 'ctorch._utils\n_rebuild_tensor_v2\n'
    return join([0x80, 2], make, [...storage(1)], 'K', [0], shape, strides, 'tR.')
  }

  test('that names a function is refused with its name, and nothing runs', async () => {
    const error = await errorOf(archive(join([0x80, 2], "cos\nsystem\n(S'echo'\ntR.")))
    expect(error).toContain('Received: os.system')
    expect(error).toContain('runs whatever the file names: use it only for a file that you trust')
    expect(await errorOf(archive(join([0x80, 4], [0x8c, 8], 'builtins', [0x8c, 4], 'eval', [0x93], '.')))).toContain(
      'Received: builtins.eval',
    )
    expect(await errorOf(archive(join('c__builtin__\ngetattr\n.')))).toContain('Received: builtins.getattr')
  })

  test('that repeats one value without end is refused', async () => {
    const huge = [0x4a, 255, 255, 255, 127]
    const pickle = tensor([...huge, ...huge, 0x86], [0x4b, 0, 0x4b, 0, 0x86])
    expect(await errorOf(archive(pickle))).toContain('has far more values than the file')
  })

  test('whose tensor reaches beyond its storage is refused', async () => {
    const one = [0x4b, 1, 0x85]
    const two = [0x4b, 2, 0x85]
    expect(await errorOf(archive(tensor(one, one)))).toBe('nothing was thrown')
    expect(await errorOf(archive(tensor(two, one)))).toContain('reaches beyond the values of its storage')
  })

  test('whose lists hold one another is refused soon', async () => {
    // l0 = [tensor, tensor], l1 = [l0, l0], ... 60 times: 2^60 tensors in 500 bytes.
    const doubled = Array.from({ length: 60 }, (_, i) => ['(', 'h', [i], 'h', [i], 'l', 'q', [i + 1]]).flat()
    const pickle = join([0x80, 2], [...tensorAlone()], 'q', [0], ...doubled, '.')
    expect(await errorOf(archive(pickle))).toContain('its containers hold one another too often')
  })

  test('that copies one text again and again is refused soon', async () => {
    const long = 'x'.repeat(2 ** 16)
    const length = [0, 0, 1, 0]
    const copies = Array.from({ length: 10_000 }, () => ['h', [1], '(h', [0], 'tR0'] as const).flat()
    const pickle = join([0x80, 2], 'X', length, long, 'q', [0], '0c_codecs\nencode\nq', [1], '0', ...copies, 'N.')
    expect(await errorOf(archive(pickle))).toContain('it makes far more than its length allows')
  })

  test('that unpacks to far more than its length is refused', async () => {
    const zeros = new Uint8Array(2 ** 24)
    const count = [0x4a, 0, 0, 64, 0] // 2^22
    const pickle = tensor([...count, 0x85], [0x4b, 1, 0x85])
    const packed = archive(pickle, zeros, { level: 9 })
    expect(packed.length).toBeLessThan(20_000)
    expect(await errorOf(packed)).toContain('unpack to far more than the file holds')
  })

  function tensorAlone(): Uint8Array {
    return join('ctorch._utils\n_rebuild_tensor_v2\n', [...storage(1)], 'K', [0], ')', ')', 'tR')
  }
})

test('of a file in Node only the directory, the pickle and the wanted storages are read', async () => {
  const file = bytesOf('pythae.pt')
  const ranges: [number, number][] = []
  class Watched extends Blob {
    override slice(begin = 0, end = 0) {
      ranges.push([begin, end])
      return super.slice(begin, end)
    }
  }
  const large = zipSync(
    { 'a/data.pkl': await pickleOf(file), 'a/byteorder': new TextEncoder().encode('little'), ...storages() },
    { level: 0 },
  )
  const { tensors } = await readPyTorch(new Watched([large]))
  expect([...tensors.keys()]).toEqual(['fc.bias'])
  expect(ranges.reduce((sum, [begin, end]) => sum + end - begin, 0)).toBeLessThan(100_000)
  expect(large.length).toBeGreaterThan(1_000_000)
})

/** The pickle of a file. */
async function pickleOf(file: Uint8Array): Promise<Uint8Array> {
  const { unzipSync } = await import('fflate')
  const parts = unzipSync(file)
  const name = Object.keys(parts).find((key) => key.endsWith('/data.pkl'))
  return parts[name ?? ''] ?? new Uint8Array()
}

/** The storages of that file, the second with a megabyte more than its tensor needs. */
function storages(): Record<string, Uint8Array> {
  return { 'a/data/0': new Uint8Array(8), 'a/data/1': new Uint8Array(1_000_008) }
}
