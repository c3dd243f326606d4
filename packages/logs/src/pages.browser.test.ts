import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { csvLog, jsonLines, tensorBoard, tfjsCallbacks } from './index.ts'

const record = (step: number) => ({
  step,
  epoch: step / 10,
  time: 1764500000.5,
  scalars: { 'train/total': 100 - step, 'validation/total': 101 - step },
})

describe('in the storage of a site', () => {
  let folder: FileSystemDirectoryHandle
  beforeEach(async () => {
    folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('logs', { create: true })
  })
  afterEach(async () => (await navigator.storage.getDirectory()).removeEntry('logs', { recursive: true }))

  const textOf = async (name: string) => (await (await folder.getFileHandle(name)).getFile()).text()

  test.each([
    ['csvLog', csvLog],
    ['jsonLines', jsonLines],
  ] as const)('%s writes each record, and goes on after a line that was cut off', async (_, log) => {
    const handle = await folder.getFileHandle('log', { create: true })
    const first = log(handle)
    for (const step of [10, 20]) await first.write(record(step))
    const whole = await textOf('log')
    const stream = await handle.createWritable()
    await stream.write(whole.slice(0, -5))
    await stream.close()
    const second = log(handle)
    await second.write(record(20))
    expect(await textOf('log')).toBe(whole)
  })

  test('tensorBoard writes an event file with the bytes that it has in Node, and the files of an embedding', async () => {
    const board = tensorBoard(folder)
    await board.write(record(10))
    await board.embedding('a/b', [[1, 2]], { labels: ['x'] })
    const names: string[] = []
    for await (const name of folder.keys()) names.push(name)
    expect(names.sort()).toEqual(['events.out.tfevents.1764500000.ae', 'projector', 'projector_config.pbtxt'])
    expect(await textOf('projector_config.pbtxt')).toContain('tensor_path: "projector/00000-a%2Fb/tensors.tsv"')
    const file = await (await folder.getFileHandle('events.out.tfevents.1764500000.ae')).getFile()
    const sum = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
    expect([...sum.subarray(0, 6)]).toEqual(sumInNode)
  })

  test('a file is not a folder', async () => {
    const handle = await folder.getFileHandle('log', { create: true })
    expect(() => tensorBoard(handle as never)).toThrow('`tensorBoard` received a file as `place`.')
  })
})

/** The beginning of the SHA-256 of the same file in Node. */
const sumInNode = [206, 167, 169, 54, 77, 31]

test('tfvis.show.fitCallbacks draws a chart of a run', async () => {
  const tfvis = await import('@tensorflow/tfjs-vis') // it cannot be imported in Node, where a run without a Chromium reads this file
  const container = document.createElement('div')
  document.body.append(container)
  const log = tfjsCallbacks(tfvis.show.fitCallbacks(container, ['loss', 'val_loss'], { callbacks: ['onEpochEnd'] }))
  for (const step of [10, 20, 30]) await log.write(record(step))
  await log.close?.()
  await expect.poll(() => container.querySelectorAll('canvas, svg').length).toBeGreaterThan(0)
})
