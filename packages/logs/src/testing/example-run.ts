// A run that is logged, broken off after step 30, and goes on from a checkpoint of step 20: what TensorBoard must show of it is
// in reference/oracles/tensorboard.json.
import { deflateSync } from 'node:zlib'
import { crc32 } from '@ae/core/internal'
import { type TensorBoardLogger, tensorBoard } from '../index.ts'

/** What is logged of a step. */
const recordAt = (step: number, time: number) => ({
  step,
  epoch: step / 10,
  time,
  scalars: { 'train/total': 200 - step, 'validation/total': 201.5 - step + time / 2 ** 40, learningRate: 0.001 },
})

/**
 * Logs the run.
 *
 * @param folder where to
 * @param setTime sets the clock, in seconds since 1970
 */
export async function logExampleRun(folder: string, setTime: (seconds: number) => void): Promise<void> {
  setTime(1764500000.5)
  const first = tensorBoard(folder)
  for (const step of [10, 20, 30]) await first.write(recordAt(step, 1764500000.5 + step))
  await first.histogram('weights', weights, 20)
  await first.histogram('constant', [2.5, 2.5, 2.5], 20)
  await first.image('samples', exampleSprite(), 20)
  await embed(first)
  await first.close()

  setTime(1764500100.25)
  const second = tensorBoard(folder)
  for (const step of [30, 40]) await second.write(recordAt(step, 1764500100.25 + step))
  await embed(second)
  await second.close()
}

/** What the histogram counts. */
export const weights = Float32Array.from({ length: 100 }, (_, i) => Math.sin(i) * (1 + i / 100))

/** Three codes. */
export const codes = [
  [0.1, -2],
  [3, 1e-8],
  [123456.789, 5],
]

function embed(logger: TensorBoardLogger): Promise<void> {
  const images = { png: exampleSprite(), height: 2, width: 3 }
  return logger.embedding('codes "of" äö', codes, { step: 30, labels: ['a', 'b c', 'ä'], images })
}

/** A grey PNG of 6 x 4 pixels: three images of 3 x 2, two in a row. Not compressed, so that every zlib makes the same bytes. */
export function exampleSprite(): Uint8Array {
  const rows = Array.from({ length: 4 }, (_, y) => [0, ...Array.from({ length: 6 }, (_, x) => 10 * y + x)])
  const header = [0, 0, 0, 6, 0, 0, 0, 4, 8, 0, 0, 0, 0]
  return Uint8Array.from([
    ...[137, 80, 78, 71, 13, 10, 26, 10],
    ...chunk('IHDR', header),
    ...chunk('IDAT', [...deflateSync(Uint8Array.from(rows.flat()), { level: 0 })]),
    ...chunk('IEND', []),
  ])
}

function chunk(name: string, data: readonly number[]): number[] {
  const named = [...new TextEncoder().encode(name), ...data]
  const bigEndian = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255)
  return [...bigEndian(data.length), ...named, ...bigEndian(crc32(Uint8Array.from(named)))]
}
