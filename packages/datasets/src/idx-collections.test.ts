import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { fromIdx } from './from-idx.ts'
import { emnist, kmnist, qmnist } from './idx-collections.ts'
import { counting, encodeIdx } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'
import { folderWith } from './testing/tiny-dataset.ts'

const images = encodeIdx([3, 2, 2], counting(12))
const upright = encodeIdx([3, 2, 2], [0, 2, 1, 3, 4, 6, 5, 7, 8, 10, 9, 11])

test('emnist turns images upright and counts the labels of letters from 0', async () => {
  const from = await folderWith({
    'emnist-letters-test-images-idx3-ubyte.gz': gzipSync(images),
    'emnist-letters-test-labels-idx1-ubyte.gz': gzipSync(encodeIdx([3], [26, 1, 2])),
    'emnist-balanced-train-images-idx3-ubyte': images,
    'emnist-balanced-train-labels-idx1-ubyte': encodeIdx([3], [46, 0, 1]),
  })
  const letters = await emnist({ from, subset: 'letters', split: 'test' })
  expect(letters).toMatchObject({ name: 'emnist/letters/test', size: 3, labels: new Int32Array([25, 0, 1]) })
  expect(letters.notes?.classNames?.[25]).toBe('Z')
  expect((await emnist({ from })).notes?.classNames?.slice(-3)).toEqual(['q', 'r', 't'])
  expect(letters.checksum?.()).toBe((await fromIdx({ images: upright })).checksum?.())
  expect(await emnist({ from, limit: 2 })).toMatchObject({
    name: 'emnist/balanced/train[:2]',
    labels: new Uint8Array([46, 0]),
  })
})

test('kmnist and qmnist read the names of their files, and qmnist the first of eight columns of labels', async () => {
  const rows = [7, 8, 9].flatMap((label) => [0, 0, 0, label, ...Array<number>(28).fill(1)])
  const from = await folderWith({
    't10k-images-idx3-ubyte.gz': gzipSync(images),
    't10k-labels-idx1-ubyte.gz': gzipSync(encodeIdx([3], [7, 8, 9])),
    'qmnist-test-images-idx3-ubyte.gz': gzipSync(images),
    'qmnist-test-labels-idx2-int.gz': gzipSync(encodeIdx([3, 8], rows).with(2, 0x0c)),
  })
  expect(await kmnist({ from, split: 'test' })).toMatchObject({
    name: 'kmnist/test',
    labels: new Uint8Array([7, 8, 9]),
  })
  expect(await qmnist({ from, split: 'test' })).toMatchObject({
    name: 'qmnist/test',
    labels: new Int32Array([7, 8, 9]),
  })
})

describe('they refuse', () => {
  test('a folder without the files, naming them', async () => {
    const from = await folderWith()
    expect(await errorText(emnist({ from, subset: 'letters' }), { [from]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`emnist\` found no emnist-letters-train-images-idx3-ubyte.

      Place:      <folder>
      Looked for: emnist-letters-train-images-idx3-ubyte.gz, emnist-letters-train-images-idx3-ubyte, emnist-letters-train-images.idx3-ubyte.gz, emnist-letters-train-images.idx3-ubyte
      Reason:    <reason>
      Fix:        put the file there under one of these names, or name the place where it is"
    `)
  })
  test('letters whose labels count from 0', async () => {
    const from = await folderWith({
      'emnist-letters-train-images-idx3-ubyte': images,
      'emnist-letters-train-labels-idx1-ubyte': encodeIdx([3], [1, 0, 2]),
    })
    expect(await errorText(emnist({ from, subset: 'letters' }), { [from]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`emnist\` received labels that do not count from 1.

      File:     <folder>/emnist-letters-train-labels-idx1-ubyte
      Expected: labels from 1
      Received: 0 at index 1
      Fix:      pass the published file of this part"
    `)
  })
  test('an unknown part, and options without a folder', async () => {
    expect(await errorText(emnist({ from: 'x', subset: 'greek' as never }))).toContain(
      'one of balanced, bymerge, byclass',
    )
    expect(await errorText(emnist(undefined as never))).toContain('Expected: a plain object')
    expect(await errorText(kmnist({} as never))).toContain('needs the option `from`')
  })
})
