import '@tensorflow/tfjs-backend-cpu'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { writeSafetensors } from '@ae/core'
import { encodePng } from '@ae/images'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadData } from './data.ts'
import { dataFiles } from './data-kinds.ts'
import { ae, resultOf } from './testing/ae.ts'
import { writeIdxFiles } from './testing/idx-files.ts'

const fixtures = fileURLToPath(new URL('../../datasets/fixtures', import.meta.url))
const numpy = (name: string) => join(fixtures, 'numpy', name)
const parquet = (name: string) => join(fixtures, 'parquet', `${name}.parquet`)
const load = (data: string, more: { examples?: string; labels?: string; shape?: number[] } = {}, limit?: number) =>
  loadData({ dataset: 'mnist', data, ...more }, limit)

let out: string
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'ae-cli-'))
})
afterEach(() => rm(out, { recursive: true, force: true }))

describe('--data takes, by content,', () => {
  test('a .npy file, and keeps a tenth for testing', async () => {
    const { train, test } = await load(numpy('images.npy'), { labels: numpy('labels.npy') })
    expect([train.size, test.size]).toEqual([5, 1])
    expect(train).toMatchObject({ shape: [4, 4, 1] })
    expect([...(train.labels ?? []), ...(test.labels ?? [])].sort()).toEqual([0, 1, 1, 2, 2, 3])
    expect((await load(pathToFileURL(numpy('images.npy')).href, {}, 2)).train.size).toBe(2)
  })
  test('a .npz archive, with its part for testing', async () => {
    const { train, test } = await load(numpy('medmnist.npz'))
    expect([train, test].map(({ name, size }) => [name, size])).toEqual([
      ['medmnist/train_images', 6],
      ['medmnist/test_images', 3],
    ])
    const chosen = await load(numpy('stored.npz'), { examples: 'x', labels: numpy('labels.npy') })
    expect(chosen.train.labels).toHaveLength(5)
  })
  test('a Parquet file of columns or of images', async () => {
    expect((await load(parquet('plain'), { examples: 'float, double', labels: 'int' })).train).toMatchObject({
      shape: [2],
      size: 54,
    })
    expect((await load(parquet('images'), { labels: 'label' })).train).toMatchObject({ shape: [3, 4, 1], size: 4 })
  })
  test('a safetensors file', async () => {
    const path = join(out, 'x')
    const x = { shape: [10, 3], data: new Float32Array(30) }
    await writeFile(path, writeSafetensors({ metadata: new Map(), tensors: new Map([['x', x]]) }))
    expect((await load(path)).test).toMatchObject({ shape: [3], size: 1 })
  })
  test('a folder of pictures, with and without parts for training and testing', async () => {
    const pictures = join(out, 'train')
    for (const [i, animal] of ['cat', 'cat', 'cat', 'owl', 'owl', 'owl'].entries()) {
      await mkdir(join(pictures, animal), { recursive: true })
      const image = tf.fill([4, 4, 1], i / 6)
      await writeFile(join(pictures, animal, `${i}.png`), await encodePng(image))
      image.dispose()
    }
    const settings = { labels: 'subfolders', shape: [2, 2, 1] }
    expect((await load(pictures)).train.shape).toEqual([64, 64, 3])
    const whole = await load(pictures, settings)
    expect(whole.train).toMatchObject({ shape: [2, 2, 1], size: 5, notes: { classNames: ['cat', 'owl'] } })
    await cp(join(pictures, 'owl'), join(out, 'test', 'owl'), { recursive: true })
    const { train, test } = await load(out, settings)
    expect([train.size, [...(test.labels ?? [])]]).toEqual([6, [1, 1, 1]])
  })
  test('an IDX file, plain or gzip, with any name', async () => {
    await writeIdxFiles(out, [2, 2])
    const labels = join(out, 't10k-labels-idx1-ubyte')
    const path = join(out, 'pictures')
    await writeFile(path, gzipSync(await readFile(join(out, 't10k-images-idx3-ubyte'))))
    const { train, test } = await load(path, { labels })
    expect([train.size, test.size, train.labels?.length]).toEqual([58, 6, 58])
  })
})

test('any other file is refused, with a list of what is taken', async () => {
  const path = join(out, 'table.xlsx')
  await writeFile(path, 'hello')
  const { code, stderr } = await ae(['train', '--data', path, '--out', join(out, 'run')])
  expect(code).toBe(1)
  expect(stderr).toContain('`ae train` received a file of unknown content as --data.')
  expect(stderr).toContain('Received: a file that begins with "hello"')
  for (const what of dataFiles) expect(stderr).toContain(what)
})

test('what goes wrong in a file is said in the words of the command', async () => {
  const { code, stderr } = await ae(['train', '--data', numpy('stored.npz'), '--examples', 'z', '--out', out])
  expect(code).toBe(1)
  expect(stderr).toContain('`ae train` received an archive without `z`.')
  expect(stderr).toContain('as --examples, and of another as --labels')
})

test('--labels with a data set, and a model that needs labels without them, are refused', async () => {
  const named = await ae(['train', '--labels', 'x', '--out', out])
  expect(named.code).toBeGreaterThan(0)
  expect(named.stderr).toContain('`ae train` takes --labels only with a file or pictures as --data.')
  const without = ['--data', numpy('images.npy'), '--model', 'conditional-vae', '--epochs', '1', '--batch-size', '2']
  const { code, stderr } = await ae(['train', ...without, '--out', out])
  expect(code).toBeGreaterThan(0)
  expect(stderr).toContain('pass --labels, or another --model')
})

test('ae train trains on a Parquet file of images', async () => {
  const args = ['train', '--json', '--data', parquet('images'), '--epochs', '1', '--batch-size', '2', '--out', out]
  const { code, stdout } = await ae(args)
  expect(code).toBe(0)
  expect(resultOf(stdout)).toMatchObject({ dataset: parquet('images'), epochs: 1 })
})
