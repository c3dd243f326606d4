// The real digits in a real page; the server of the tests holds the files of the test split (vitest.browser.config.ts).
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, expect, test, vi } from 'vitest'
import { mnistFiles } from './catalogue.ts'
import { fromIdx } from './from-idx.ts'
import { loadPublished } from './load-published.ts'
import { mnist } from './mnist.ts'
import { encodeIdx } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'
import { withLabels } from './with-labels.ts'

afterEach(async () => {
  vi.unstubAllGlobals()
  await caches.delete('ae')
})

test.each(['/plain', '/packed/'])('mnist reads and verifies the files at %s of the page', async (from) => {
  const digits = await mnist({ from, split: 'test', verify: true })
  expect(digits).toMatchObject({ name: 'mnist/test', shape: [28, 28, 1], size: 10_000 })
  expect([...digits.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4])
})

test('batches with labels come in a page as they do in Node', async () => {
  const digits = await mnist({ from: '/plain', split: 'test', limit: 100 })
  const seen: number[] = []
  for await (const { examples, labels } of withLabels(digits).batches({ batchSize: 64, seed: 1 })) {
    expect(examples.shape.slice(1)).toEqual([28, 28, 1])
    seen.push(...labels.dataSync())
    examples.dispose()
    labels.dispose()
  }
  expect(seen).toHaveLength(100)
  expect(seen.slice(0, 8)).toEqual([3, 2, 3, 2, 5, 2, 3, 5]) // the same as in mnist.test.ts
})

test('a download is kept in the Cache API, and the next time the network is not asked', async () => {
  const published = { ...mnistFiles, mirrors: [`${location.origin}/packed`] }
  expect(await loadPublished(published, { split: 'test' })).toMatchObject({ size: 10_000 })
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')))
  expect(await loadPublished(published, { split: 'test' })).toMatchObject({ size: 10_000 })
})

test('a download that is cut off is refused, and nothing is kept', async () => {
  const published = { ...mnistFiles, mirrors: [`${location.origin}/cut`] }
  expect(
    await errorText(loadPublished(published, { split: 'test' }), { [location.host]: 'server' }),
  ).toMatchInlineSnapshot(`
    "DatasetError: \`mnist\` could not find t10k-images-idx3-ubyte.

    Cache:           no t10k-images-idx3-ubyte in the Cache API (no such entry)
    server: t10k-images-idx3-ubyte.gz: a corrupt gzip file (<reason>)
    Fix:             serve the IDX files beside your page and pass their address as \`from\`"
  `)
  expect(await (await caches.open('ae')).keys()).toEqual([])
})

test('mirrors that are silent, endless or closed are left for the next one', async () => {
  const mirrors = ['silent', 'endless', 'secret', 'packed'].map((folder) => `${location.origin}/${folder}`)
  expect(await loadPublished({ ...mnistFiles, mirrors }, { split: 'test', timeout: 1 })).toMatchObject({ size: 10_000 })
})

test('each mirror tells its own reason, and a signal stops all', async () => {
  const mirrors = ['silent', 'endless', 'secret'].map((folder) => `${location.origin}/${folder}`)
  const text = (mirror: string) =>
    errorText(loadPublished({ ...mnistFiles, mirrors: [mirror] }, { split: 'test', timeout: 0.5 }))
  expect(await text(mirrors[0] as string)).toContain('no file: the server does not answer')
  expect(await text(mirrors[1] as string)).toContain('no file: the answer is too long')
  expect(await text(mirrors[2] as string)).toContain('no file: the server answers with an error, HTTP 401')
  const loading = loadPublished({ ...mnistFiles, mirrors }, { split: 'test', signal: AbortSignal.timeout(100) })
  await expect(loading).rejects.toThrow(/timed out|timeout/)
})

test('a small archive is not unpacked beyond what its header claims', async () => {
  const packed = new Response(
    new Blob([encodeIdx([2, 2, 2], []), new Uint8Array(4_000_000)]).stream().pipeThrough(new CompressionStream('gzip')),
  )
  const text = await errorText(fromIdx({ images: await packed.arrayBuffer() }))
  expect(text).toMatch(/bytes after its end[\s\S]*Received: \d+ bytes or more/)
  expect(Number(/Received: (\d+)/.exec(text)?.[1])).toBeLessThan(1_000_000)
})

test('fromIdx reads an address of the page, and says when nothing is there', async () => {
  expect(await fromIdx({ images: '/packed/t10k-images-idx3-ubyte.gz' })).toMatchObject({ size: 10_000 })
  expect(await errorText(fromIdx({ images: '/packed/none.gz' }))).toContain(
    '`fromIdx` received a file that cannot be found.',
  )
})
