import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runSource } from '../../../../tooling/library/run-source.ts'
import { errorText } from '../testing/error-text.ts'
import { jpegs, pngs } from '../testing/pictures.ts'
import { withLabels } from '../with-labels.ts'
import { imageFolder } from './image-folder.ts'
import type { PictureOptions } from './picture-options.ts'

const shape = [8, 8, 3] as const
const bytesOf = (name: string) => [...jpegs, ...pngs].find((one) => one.name === name)?.file ?? new Uint8Array()
let root: string

/** A folder with these files. */
async function folderOf(name: string, files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name, path)), { recursive: true })
    await writeFile(join(root, name, path), content)
  }
  return join(root, name)
}

/** The error of a folder; the temporary folder is `<root>` in it. */
const refusal = (folder: string, options: Partial<PictureOptions> = {}) =>
  errorText(imageFolder(folder, { shape, ...options }), { [root]: '<root>' })

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'ae-pictures-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

describe('imageFolder', () => {
  let pets: string
  beforeAll(async () => {
    pets = await folderOf('pets', {
      'dogs/b.jpg': bytesOf('4:2:0'),
      'dogs/puppies/a.JPG': bytesOf('grey'),
      'cats/2.png': bytesOf('colours of 8 bits, 11 x 13'),
      'cats/1.jpeg': bytesOf('CMYK'),
      'cats-like/x.png': bytesOf('palette of 4 bits, 11 x 13'),
      'dogs/notes.txt': 'not a picture',
      '.hidden/x.png': 'not a picture',
      '__MACOSX/dogs/._b.jpg': 'not a picture',
      'dogs/._b.jpg': 'not a picture',
    })
  })

  test('reads the pictures of all folders in it, sorted by folder and name, and passes over the rest', async () => {
    const data = await imageFolder(pets, { shape })
    expect(data.files.map((file) => file.slice(pets.length + 1))).toEqual([
      'cats/1.jpeg',
      'cats/2.png',
      'cats-like/x.png',
      'dogs/b.jpg',
      'dogs/puppies/a.JPG',
    ])
    expect(data).toMatchObject({ name: 'pets', shape, size: 5, labels: undefined, notes: undefined, skipped: [] })
  })

  test('takes classes from the outermost folders, and class names into the notes', async () => {
    const data = await imageFolder(pathToFileURL(pets), { shape, labels: 'subfolders' })
    expect(data.notes.classNames).toEqual(['cats', 'cats-like', 'dogs'])
    expect(data.labels).toEqual(Uint8Array.of(0, 0, 1, 2, 2))
    for await (const { examples, labels } of withLabels(data).batches({ batchSize: 5 })) {
      expect(Array.from(labels.dataSync())).toEqual([0, 0, 1, 2, 2])
      examples.dispose()
      labels.dispose()
    }
  })

  test('takes classes from a function of the path', async () => {
    const data = await imageFolder(pets, { shape, labels: (path) => path.split('.').at(-1)?.toLowerCase() ?? '' })
    expect(data.notes.classNames).toEqual(['jpeg', 'jpg', 'png'])
    expect(data.labels).toEqual(Uint8Array.of(0, 2, 2, 1, 1))
  })

  test('numbers classes as `classNames` says, and refuses others', async () => {
    const classNames = ['dogs', 'horses', 'cats', 'cats-like']
    const data = await imageFolder(pets, { shape, labels: 'subfolders', classNames })
    expect(data.labels).toEqual(Uint8Array.of(2, 2, 3, 0, 0))
    expect(await refusal(pets, { labels: 'subfolders', classNames: ['cats', 'dogs'] })).toMatchInlineSnapshot(`
      "DatasetError: \`imageFolder\` found a class that is not one of \`classNames\`.

      File:     <root>/pets/cats-like/x.png
      Expected: ["cats", "dogs"]
      Received: "cats-like"
      Fix:      add the class, or take its pictures away"
    `)
  })

  test('gives the same values in threads, in the own thread, and when it decodes in every epoch', async () => {
    const [inThreads, here, everyEpoch] = await Promise.all([
      imageFolder(pets, { shape, workers: 2 }),
      imageFolder(pets, { shape, workers: 0 }),
      imageFolder(pets, { shape, workers: 2, cacheBytes: 0 }),
    ])
    expect(here.checksum?.()).toBe(inThreads.checksum?.())
    const indices = Uint32Array.of(4, 0, 0, 2, 1, 3)
    const values = await inThreads.read(indices)
    expect(await everyEpoch.read(indices)).toEqual(values)
    expect(new Set(values).size).toBeGreaterThan(10)
    expect(everyEpoch).toMatchObject({ size: 5, range: { minimum: 0, maximum: 1 } })
  })

  test('names the file that is broken, whatever is wrong with it', async () => {
    const broken = await folderOf('broken', { 'a.jpg': bytesOf('4:2:0'), 'b/c.jpg': bytesOf('4:2:0').subarray(0, 500) })
    expect(await refusal(broken)).toMatchInlineSnapshot(`
      "DatasetError: \`imageFolder\` received a picture that cannot be used.

      File:    <root>/broken/b/c.jpg
      Problem: it is cut off
      Fix:     export the picture again, or leave it out with \`onBroken: "skip"\`"
    `)
    const late = await imageFolder(broken, { shape, cacheBytes: 0 })
    expect(await errorText(async () => late.read(Uint32Array.of(0, 1)), { [root]: '<root>' })).toBe(
      await refusal(broken),
    )
    const webp = new TextEncoder().encode('RIFF....WEBPVP8 ')
    expect(await refusal(await folderOf('modern', { 'a.webp': webp }))).toMatchInlineSnapshot(`
      "DatasetError: \`imageFolder\` received a picture that cannot be used.

      File:    <root>/modern/a.webp
      Problem: it is WebP, which only browsers decode
      Fix:     convert it to PNG, e.g. with ImageMagick (\`magick a.webp a.png\`) or Pillow (\`Image.open("a.webp").save("a.png")\`)"
    `)
  })

  test.each([0, 2 ** 20])(
    'skips what is broken, and tells which and why, with %i bytes of memory',
    async (cacheBytes) => {
      const mixed = await folderOf('mixed', {
        'a/1.png': bytesOf('grey of 2 bits, 11 x 13').subarray(0, 40),
        'a/2.png': bytesOf('grey of 2 bits, 11 x 13'),
        'b/1.jpg': new Uint8Array(),
        'b/2.jpg': bytesOf('4:4:4'),
      })
      const data = await imageFolder(mixed, { shape, labels: 'subfolders', onBroken: 'skip', cacheBytes })
      expect(data.files.map((file) => file.slice(root.length))).toEqual(['/mixed/a/2.png', '/mixed/b/2.jpg'])
      expect(data.labels).toEqual(Uint8Array.of(0, 1))
      expect(data.skipped).toEqual([
        { file: `${mixed}/a/1.png`, reason: 'it is cut off' },
        { file: `${mixed}/b/1.jpg`, reason: 'it is empty' },
      ])
      const whole = await imageFolder(mixed, { shape, onBroken: 'skip' })
      expect(await data.read(Uint32Array.of(1, 0))).toEqual(await whole.read(Uint32Array.of(1, 0)))
    },
  )

  test('refuses a folder that is missing, that has no pictures, or of which none can be used', async () => {
    expect(await refusal(join(root, 'nowhere'))).toMatchInlineSnapshot(`
      "DatasetError: \`imageFolder\` found no folder at \`path\`.

      Folder: <root>/nowhere
      Fix:    pass the folder that holds the pictures; fromImages takes files"
    `)
    expect(await refusal(await folderOf('texts', { 'a.txt': 'a' }))).toMatchInlineSnapshot(`
      "DatasetError: \`imageFolder\` found no pictures.

      Place: texts
      Fix:   pass pictures; in a folder they are the files that end in .png, .jpg and the like"
    `)
    expect(await refusal(await folderOf('junk', { 'a.png': 'a' }), { onBroken: 'skip' })).toMatchInlineSnapshot(`
      "DatasetError: \`imageFolder\` could use none of the pictures.

      Place:    junk
      Pictures: 1
      File:     <root>/junk/a.png
      Problem:  it is not a picture of a known format
      Fix:      pass PNG or JPEG files that other programs can show"
    `)
  })

  test('refuses a picture outside of the folders that name the classes', async () => {
    const loose = await folderOf('loose', { 'a/1.jpg': bytesOf('4:2:0'), '2.jpg': bytesOf('4:2:0') })
    expect(await refusal(loose, { labels: 'subfolders' })).toMatchInlineSnapshot(`
      "DatasetError: \`imageFolder\` found a picture outside of the folders that name the classes.

      File: <root>/loose/2.jpg
      Fix:  move it into the folder of its class, or leave \`labels\` out"
    `)
  })

  test('follows links to folders, but not in a circle', async () => {
    const linked = await folderOf('linked', { 'a/1.jpg': bytesOf('4:2:0') })
    await symlink(pets, join(linked, 'b'))
    await symlink(linked, join(linked, 'a/circle'))
    const data = await imageFolder(linked, { shape, labels: 'subfolders' })
    expect([data.size, data.notes.classNames]).toEqual([6, ['a', 'b']])
  })

  test('stops when its signal aborts', async () => {
    const stop = new AbortController()
    const reading = imageFolder(pets, { shape, signal: stop.signal })
    stop.abort(new Error('enough'))
    expect(await errorText(reading)).toBe('Error: enough')
  })
})

describe('500 pictures in two threads', () => {
  let many: string
  beforeAll(async () => {
    const files = pngs.slice(0, 50).flatMap(({ file }, i) => {
      return Array.from({ length: 10 }, (_, j) => [`${i}-${j}.png`, file] as const)
    })
    many = await folderOf('many', Object.fromEntries(files))
  })

  test('come in the order of their names', async () => {
    const [two, none] = await Promise.all([2, 0].map((workers) => imageFolder(many, { shape, workers })))
    expect(two?.size).toBe(500)
    expect(two?.checksum?.()).toBe(none?.checksum?.())
  })

  test.each([
    ['cached', '500 of 500, 0 tensors left'],
    ['each epoch', '500 of 500, 0 tensors left'],
    ['break', '100 of 500, 0 tensors left'],
  ])('let the process of a bundled program end by itself (%s)', async (how, stdout) => {
    const ending = await runSource('src/testing/pictures-in-batches.ts', { args: [many, how] })
    expect(ending).toMatchObject({ code: 0, stdout })
  })
})
