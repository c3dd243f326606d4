import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DatasetError } from '@ae/core'
import { describe, expect, test } from 'vitest'
import { outcomes } from '../testing/corruptions.ts'
import { errorText } from '../testing/error-text.ts'
import { fromNpy } from './from-npy.ts'
import { fromNpz } from './from-npz.ts'

const folder = fileURLToPath(new URL('../../fixtures/numpy', import.meta.url))
const path = (name: string) => join(folder, name)
const fixture = (name: string) => new Uint8Array(readFileSync(path(name)))
const names = { [folder]: '<folder>' }
const labels = new Int32Array([3, 1, 2, 0, 1, 2])

describe('fromNpz reads what np.savez of NumPy 2.4.6 writes:', () => {
  test.each(['stored', 'deflated', 'pipe'])('%s', async (name) => {
    const data = await fromNpz(path(`${name}.npz`), { examples: 'x', labels: 'y' })
    expect(data).toMatchObject({ name: `${name}/x`, shape: [4, 4, 1], size: 6, labels })
    expect(data.checksum?.()).toBe((await fromNpy(fixture('images.npy'))).checksum?.())
    expect(await fromNpz(new Blob([fixture(`${name}.npz`)]))).toMatchObject({ size: 6, labels })
  })
})

test('fromNpz finds the arrays of medmnist, of Keras, and an only one', async () => {
  expect(await fromNpz(path('medmnist.npz'))).toMatchObject({
    shape: [2, 2, 3],
    size: 6,
    labels: Uint8Array.from(labels),
  })
  expect(await fromNpz(path('medmnist.npz'), { split: 'val' })).toMatchObject({ size: 2, name: 'medmnist/val_images' })
  expect(await fromNpz(path('keras.npz'), { split: 'test' })).toMatchObject({ size: 2, shape: [4, 4, 1] })
  expect(await fromNpz(path('one.npz'))).toMatchObject({ size: 6, name: 'one/arr_0', labels: undefined })
})

test('fromNpz takes labels from another file', async () => {
  const data = await fromNpz(path('one.npz'), { examples: 'arr_0', labels: { from: path('labels.npy') } })
  expect(data.labels).toEqual(labels)
})

test('fromNpz reads one array of an archive that also holds objects', async () => {
  expect(await fromNpz(path('mixed.npz'), { examples: 'x' })).toMatchObject({ size: 6 })
  expect(await errorText(fromNpz(path('mixed.npz'), { examples: 'names' }), names)).toContain(
    'an array of Python objects',
  )
})

describe('fromNpz refuses', () => {
  test('a name that is not there, and several arrays without a name', async () => {
    expect(await errorText(fromNpz(path('medmnist.npz'), { examples: 'images' }), names)).toMatchInlineSnapshot(`
      "DatasetError: \`fromNpz\` received an archive without \`images\`.

      File:   <folder>/medmnist.npz
      Arrays: train_images, train_labels, val_images, val_labels, test_images, test_labels
      Fix:    pass the name of one of them as \`examples\`, and of another as \`labels\` if you need them"
    `)
    expect(await errorText(fromNpz(path('medmnist.npz'), { split: 'dev' }), names)).toMatchInlineSnapshot(`
      "DatasetError: \`fromNpz\` received an archive of several arrays.

      File:   <folder>/medmnist.npz
      Arrays: train_images, train_labels, val_images, val_labels, test_images, test_labels
      Fix:    pass the name of one of them as \`examples\`, and of another as \`labels\` if you need them"
    `)
  })
  test('labels that are pictures', async () => {
    expect(await errorText(fromNpz(path('stored.npz'), { examples: 'x', labels: 'x' }), names)).toContain(
      'holds no labels',
    )
  })
  test('what is no archive', async () => {
    expect(await errorText(fromNpz(fixture('images.npy')))).toMatchInlineSnapshot(`
      "DatasetError: \`fromNpz\` received a damaged zip archive.

      File:   source
      Reason: <reason>
      Fix:    download or write the file again"
    `)
  })
  test('a damaged member, naming it', async () => {
    const bytes = fixture('stored.npz')
    bytes[200] = 7
    await expect(fromNpz(bytes, { examples: 'x' })).rejects.toThrow('its checksum is wrong')
  })
  test('an encrypted member', async () => {
    const bytes = fixture('stored.npz')
    const directory = new TextDecoder('latin1').decode(bytes).indexOf('PK\u0001\u0002')
    bytes[directory + 8] = 1
    await expect(fromNpz(bytes, { examples: 'x' })).rejects.toThrow('without a password')
  })
})

test.each(['stored', 'deflated', 'medmnist'])(
  '500 damaged copies of %s.npz are refused or read, never anything else',
  async (name) => {
    const found = await outcomes(
      fixture(`${name}.npz`),
      500,
      async (bytes) => ({ length: (await fromNpz(bytes)).size }),
      DatasetError.isInstance.bind(DatasetError),
    )
    expect(found.refused).toBeGreaterThan(250)
  },
)

test('500 damaged copies of a .npy file are refused or read, never anything else', async () => {
  const found = await outcomes(
    fixture('fortran-big.npy'),
    500,
    async (bytes) => ({ length: (await fromNpy(bytes)).size }),
    DatasetError.isInstance.bind(DatasetError),
  )
  expect(found.refused).toBeGreaterThan(250)
})
