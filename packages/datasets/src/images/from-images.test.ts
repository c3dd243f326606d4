import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errorText } from '../testing/error-text.ts'
import { jpegs, type PictureCase, pngs } from '../testing/pictures.ts'
import { fromImages } from './from-images.ts'

const shape = [6, 5, 1] as const
const [photo, drawing] = [jpegs[0] as PictureCase, pngs[0] as PictureCase]

/** Servers and files of the two pictures. */
let server: Server
let address: string
let folder: string

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.includes('.jpg')) response.end(photo.file)
    else if (request.url?.startsWith('/art/')) response.end(drawing.file)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  folder = await mkdtemp(join(tmpdir(), 'ae-pictures-'))
  await writeFile(join(folder, 'photo.jpg'), photo.file)
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true, force: true })
})

const valuesOf = async (source: Parameters<typeof fromImages>[0]) => {
  const data = await fromImages(source, { shape })
  return await data.read(Uint32Array.of(0))
}

describe('fromImages', () => {
  test('gives the same values for a path, an address, bytes, a blob and a file', async () => {
    const expected = await valuesOf([photo.file])
    expect(new Set(expected).size).toBeGreaterThan(10)
    const view = new Uint8Array([1, 2, ...photo.file, 3]).subarray(2, -1)
    for (const source of [
      join(folder, 'photo.jpg'),
      new URL(`file://${folder}/photo.jpg`),
      `${address}/photo.jpg`,
      new URL(`${address}/photo.jpg?size=large`),
      Uint8Array.from(photo.file).buffer,
      view,
      new Blob([Uint8Array.from(photo.file)]),
      new File([Uint8Array.from(photo.file)], 'photo.jpg'),
    ]) {
      expect(await valuesOf([source]), String(source)).toEqual(expected)
    }
    expect(view.buffer.byteLength).toBe(photo.file.length + 3) // borrowed, not moved to a thread
  })

  test('keeps the order of the list, and takes classes from the folders of addresses', async () => {
    const sources = [`${address}/photos/b.jpg`, `${address}/art/x.png?v=2`, `${address}/photos/a.jpg`]
    const data = await fromImages(sources, { shape, labels: 'subfolders', name: 'web' })
    expect([data.name, data.notes.classNames, [...data.labels]]).toEqual(['web', ['art', 'photos'], [1, 0, 1]])
    expect(data.files).toEqual(sources)
  })

  test('takes classes from a list by the index', async () => {
    const classes = ['b', 'a']
    const labels = (_: string, index: number) => classes[index] as string
    const data = await fromImages([photo.file, drawing.file], { shape, labels })
    expect([...data.labels]).toEqual([1, 0])
  })

  test('names an address that gives no picture, or skips it', async () => {
    const sources = [`${address}/none.png`, `${address}/photo.jpg`]
    expect(await errorText(fromImages(sources, { shape }), { [address]: '<server>' })).toMatchInlineSnapshot(`
      "DatasetError: \`fromImages\` received a picture that cannot be used.

      File:    <server>/none.png
      Problem: it cannot be downloaded: the server answers with an error, HTTP 404
      Fix:     check the address"
    `)
    const { files, skipped } = await fromImages(sources, { shape, onBroken: 'skip' })
    expect(files).toEqual([sources[1]])
    expect(skipped).toEqual([
      { file: sources[0], reason: 'it cannot be downloaded: the server answers with an error, HTTP 404' },
    ])
  })

  test.each([
    ['nothing', []],
    ['what is not a picture', [photo.file, 7]],
    ['one array of bytes', photo.file],
    ['one path', 'photo.jpg'],
  ])('refuses %s', async (_, sources) => {
    expect(await errorText(fromImages(sources as never, { shape }))).toMatchSnapshot()
  })
})
