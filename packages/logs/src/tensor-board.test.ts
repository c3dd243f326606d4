import '@tensorflow/tfjs-backend-cpu'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memory } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import oracle from '../../../reference/oracles/tensorboard.json' with { type: 'json' }
import { tensorBoard } from './index.ts'
import { exampleSprite, logExampleRun, weights } from './testing/example-run.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-logs-'))
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(folder, { recursive: true, force: true })
})

const filesIn = async (root: string) => {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  return Object.fromEntries(
    await Promise.all(
      paths
        .sort()
        .map(async (path) => [path.slice(root.length + 1).replaceAll('\\', '/'), await readFile(path)] as const),
    ),
  )
}

describe('of a run that was broken off and resumed', () => {
  beforeEach(() => logExampleRun(folder, (seconds) => vi.setSystemTime(seconds * 1000)))

  // `--update` writes the file; then let the real TensorBoard read it: reference/tensorboard_read.py
  test('the files are those that TensorBoard has read, byte by byte', async () => {
    const files = await filesIn(folder)
    const lines = Object.entries(files).map(
      ([path, bytes]) => `  ${JSON.stringify(path)}: "${bytes.toString('base64')}"`,
    )
    await expect(`{\n${lines.join(',\n')}\n}\n`).toMatchFileSnapshot('../fixtures/example-run.json')
    const sums = Object.entries(files).map(([path, bytes]) => [path, createHash('sha256').update(bytes).digest('hex')])
    expect(Object.fromEntries(sums)).toEqual(oracle.files)
  })
})

describe.each(Object.entries(oracle.readers))('TensorBoard by its %s', (_, { scalars, histograms, images }) => {
  test('shows every scalar once a step, of the last run that logged it', () => {
    expect(Object.keys(scalars).sort()).toEqual(['learningRate', 'train/total', 'validation/total'])
    expect(scalars['train/total'].map(([step, value]) => [step, value])).toEqual([
      [10, 190],
      [20, 180],
      [30, 170],
      [40, 160],
    ])
    expect(scalars['train/total'].map(([, , time]) => time)).toEqual([
      1764500010.5, 1764500020.5, 1764500130.25, 1764500140.25,
    ])
    for (const [, value] of scalars.learningRate) expect(value).toBeCloseTo(0.001, 9)
  })

  test('shows the histograms with every value in its bin', () => {
    const [event] = histograms.weights
    expect(event?.step).toBe(20)
    let sum = 0
    for (const [i, [left = 0, right = 0, count = 0]] of (event?.buckets ?? []).entries()) {
      const isLast = i === (event?.buckets.length ?? 0) - 1
      const inside = [...weights].filter(
        (value) => value >= left - 1e-6 && (isLast ? value <= right + 1e-6 : value < right - 1e-6),
      )
      expect(Math.abs(inside.length - count)).toBeLessThanOrEqual(1) // bins are float32 in TensorBoard
      sum += count
    }
    expect(sum).toBe(weights.length)
    expect(event?.buckets[0]?.[0]).toBeCloseTo(Math.min(...weights), 6)
    expect(event?.buckets.at(-1)?.[1]).toBeCloseTo(Math.max(...weights), 6)
    expect(histograms.constant[0]?.buckets).toEqual([[2.5, 2.5, 3]])
  })

  test('shows the image as it was', () => {
    expect(images.samples).toEqual([
      { step: 20, width: 6, height: 4, png: Buffer.from(exampleSprite()).toString('base64') },
    ])
  })
})

test('the projector of TensorBoard shows the embedding with labels and images', () => {
  const { config, tensor, metadata, sprite } = oracle.projector
  expect(config.embeddings).toHaveLength(1)
  expect(config.embeddings[0]).toMatchObject({ tensorName: 'codes "of" äö:00030', tensorShape: [3, 2] })
  expect(config.embeddings[0]?.sprite.singleImageDim).toEqual([3, 2])
  expect(tensor).toEqual([0.1, -2, 3, 1e-8, 123456.789, 5].map(Math.fround))
  expect(metadata).toBe('a\nb c\nä\n')
  expect(sprite).toBe(Buffer.from(exampleSprite()).toString('base64'))
})

describe('tensorBoard', () => {
  const record = { step: 1, epoch: 1, time: 1764500000, scalars: { 'train/total': 1 } }

  test('writes nothing until something is logged, and takes more after it was closed', async () => {
    const board = tensorBoard(join(folder, 'runs/a'))
    await board.close()
    expect(await readdir(folder)).toEqual([])
    await board.write(record)
    await board.close()
    await board.histogram('late', [1, 2], 5)
    expect(await readdir(join(folder, 'runs/a'))).toEqual(['events.out.tfevents.1764500000.ae'])
  })

  test('writes the same event file into a store', async () => {
    vi.setSystemTime(1764500000_000)
    const store = memory()
    for (const board of [tensorBoard(store), tensorBoard(folder)]) {
      await board.write(record)
      await board.histogram('h', [1, 2, 2], 7)
      await board.image('i', exampleSprite(), 2 ** 40)
    }
    const file = await readFile(join(folder, 'events.out.tfevents.1764500000.ae'))
    expect(await store.read()).toEqual(new Uint8Array(file))
  })

  test('keeps the order of calls that were not awaited', async () => {
    const [one, other] = [tensorBoard(join(folder, 'one')), tensorBoard(join(folder, 'other'))]
    const steps = [1, 2, 3, 4]
    await Promise.all(steps.map((step) => one.write({ ...record, step })))
    for (const step of steps) await other.write({ ...record, step })
    const { 'one/events.out.tfevents.1764500000.ae': a, 'other/events.out.tfevents.1764500000.ae': b } =
      await filesIn(folder)
    expect(a).toEqual(b)
  })

  test('takes codes as a tensor, which stays the caller’s, and leaves no other', async () => {
    await tf.setBackend('cpu')
    const codes = tf.tensor2d([0.1, -2, 3, 4], [2, 2])
    const before = tf.memory().numTensors
    await tensorBoard(folder).embedding('z', codes, { labels: Uint8Array.of(7, 1) })
    expect(tf.memory().numTensors).toBe(before)
    expect(codes.isDisposed).toBe(false)
    expect(await readFile(join(folder, 'projector/00000-z/tensors.tsv'), 'utf8')).toBe('0.100000001\t-2\n3\t4\n')
    expect(await readFile(join(folder, 'projector/00000-z/metadata.tsv'), 'utf8')).toBe('7\n1\n')
    codes.dispose()
  })

  test('takes codes as encodeAll gives them', async () => {
    await tensorBoard(folder).embedding('z', { values: Float32Array.of(1, 2, 3, 4), count: 2, codeSize: 2 })
    expect(await readFile(join(folder, 'projector/00000-z/tensors.tsv'), 'utf8')).toBe('1\t2\n3\t4\n')
  })

  test('refuses codes that are not finite, with their place', async () => {
    const bad = { values: Float32Array.of(1, 2, 3, Number.NaN), count: 2, codeSize: 2 }
    expect(await failure(tensorBoard(folder).embedding('z', bad))).toMatchInlineSnapshot(`
      "OptionError: \`embedding\` received bad \`codes\`.

      Expected: a tensor of shape [count, codeSize], or rows, of finite numbers
      Received: NaN in row 1, column 1
      Fix:      pass the codes of some examples, e.g. model.encode(x)"
    `)
  })

  const failure = (promise: Promise<unknown>) => promise.then(() => 'none', String)

  test('refuses what is not a PNG file', async () => {
    expect(await failure(tensorBoard(folder).image('samples', new Uint8Array(40), 1))).toMatchInlineSnapshot(`
      "OptionError: \`image\` received a bad \`png\`.

      Expected: the bytes of a PNG file, as a Uint8Array
      Received: Uint8Array of 40 values
      Fix:      pass await encodePng(picture), with encodePng of @ae/images"
    `)
  })

  test('refuses tags without a name, steps that are none, records and values of another kind', async () => {
    const log = tensorBoard(memory())
    const png = new Uint8Array()
    await expect(log.write({} as never)).rejects.toThrow('`tensorBoard`')
    await expect(log.histogram('', [1], 0)).rejects.toThrow('`tag`')
    await expect(log.histogram('a', [1], -1)).rejects.toThrow('`step`')
    await expect(log.histogram('a', { length: 1 } as never, 0)).rejects.toThrow('`values`')
    await expect(log.image('', png, 0)).rejects.toThrow('`tag`')
    await expect(log.embedding('', [[1]] as never)).rejects.toThrow('`tag`')
  })

  test('refuses a histogram without numbers, or of NaN', async () => {
    expect(await failure(tensorBoard(folder).histogram('h', [], 1))).toMatchInlineSnapshot(`
      "OptionError: \`histogram\` received a bad \`values\`.

      Expected: finite numbers, at least one, e.g. await model.variables.name.data()
      Received: []
      Fix:      pass finite numbers, at least one, e.g. await model.variables.name.data()"
    `)
    expect(await failure(tensorBoard(folder).histogram('h', [1, Number.NaN], 1))).toContain('finite numbers')
  })

  test('refuses labels and images that are not as many as the codes', async () => {
    const board = tensorBoard(folder)
    expect(await failure(board.embedding('z', [[1, 2]], { labels: [1, 2] }))).toMatchInlineSnapshot(`
      "ShapeError: \`embedding\` received the wrong number of \`labels\`.

      Expected: 1, one per code
      Received: 2
      Fix:      pass the labels of these codes, in their order"
    `)
    const images = { png: exampleSprite(), height: 2, width: 2 }
    expect(await failure(board.embedding('z', [[1], [2], [3]], { images }))).toMatchInlineSnapshot(`
      "ShapeError: \`embedding\` received a picture of \`images\` of the wrong size.

      Expected: 4 x 4 pixels, 2 images in a row
      Received: 6 x 4
      Fix:      pass png: await encodePng(grid(images, { padding: 0 })), and the height and width of one image"
    `)
    expect(await readdir(folder)).toEqual([])
  })

  test('refuses an embedding in a store', async () => {
    expect(await failure(tensorBoard(memory()).embedding('z', [[1, 2]]))).toMatchInlineSnapshot(`
      "OptionError: \`embedding\` needs a folder, but this log goes to a store.

      Expected: a folder: an embedding is several files
      Received: memory
      Fix:      make the logger for a folder, e.g. tensorBoard("runs/vae"), or in a page tensorBoard(await navigator.storage.getDirectory())"
    `)
  })

  test('says why a file cannot be written', async () => {
    const board = tensorBoard(join(folder, 'a'))
    await tensorBoard(folder).write(record)
    const inFile = tensorBoard(join(folder, 'events.out.tfevents.1764500000.ae'))
    expect(await failure(inFile.write(record))).toMatch(
      /^AutoencoderError: `tensorBoard` cannot write .*\n\nReason: .*\nFix: {4}check that the folder can be written/s,
    )
    await board.write(record) // another one goes on
  })
})
