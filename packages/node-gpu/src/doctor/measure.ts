// Measures the active backend: products of matrices, and training steps of the tutorial's VAE.
import { type Dataset, randomUniform, train } from '@ae/core'
import type { vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import type { CandidateReport } from './diagnosis.ts'

/** The part of `@ae/models` that is used; the package may be absent. */
export interface Models {
  readonly vae: (...options: Parameters<typeof vae>) => ReturnType<typeof vae>
}

/**
 * Measures products of square matrices of ones, whose correct result is known.
 *
 * @param seconds how long to measure, about
 * @returns the size of the matrices and how fast they were multiplied
 * @throws {Error} when a product is wrong
 */
export async function measureMatmul(seconds: number): Promise<NonNullable<CandidateReport['matmul']>> {
  let size = smallest
  while (size < largest && (await multiply(size, seconds / 50)).secondsEach < 0.01) size *= 2
  const { secondsEach } = await multiply(size, seconds)
  return { size, gigaflopsPerSecond: (2 * size ** 3) / secondsEach / 1e9 }
}

/**
 * Measures training steps of a VAE 784-400-20 on noise, 128 examples each: all that `train` does, including reading the losses.
 *
 * @param models has the VAE
 * @param seconds how long to measure, about
 * @returns examples per second
 * @throws {TrainingDivergedError} when the backend computes nonsense
 */
export async function measureVaeStep({ vae }: Models, seconds: number): Promise<{ examplesPerSecond: number }> {
  const model = vae({ inputShape: [784], latentSize: 20, hidden: [400], seed: 1 })
  const examples = randomUniform([batchSize, 784], 'doctor', { seed: 1 })
  try {
    const { secondsEach } = await repeat(seconds, async (steps) => {
      for await (const _ of train(model, copies(examples, steps), { epochs: 1, batchSize }));
    })
    return { examplesPerSecond: batchSize / secondsEach }
  } finally {
    examples.dispose()
    model.dispose()
  }
}

/**
 * Measures drawing from the same VAE, 64 images at a time, with their pixels read.
 *
 * @param models has the VAE
 * @param seconds how long to measure, about
 * @returns images per second
 */
export async function measureSampling({ vae }: Models, seconds: number): Promise<{ imagesPerSecond: number }> {
  const model = vae({ inputShape: [784], latentSize: 20, hidden: [400], seed: 1 })
  try {
    const { secondsEach } = await repeat(seconds, async (times) => {
      for (let i = 0; i < times; i++) {
        const images = model.sample(sampleCount, { seed: i })
        await images.data()
        images.dispose()
      }
    })
    return { imagesPerSecond: sampleCount / secondsEach }
  } finally {
    model.dispose()
  }
}

const sampleCount = 64
const [smallest, largest] = [256, 4096]
const batchSize = 128

async function multiply(size: number, seconds: number): Promise<{ secondsEach: number }> {
  const ones = tf.ones<tf.Rank.R2>([size, size])
  try {
    return await repeat(seconds, async (count) => {
      for (let i = 1; i < count; i++) tf.matMul(ones, ones).dispose()
      const corner = tf.tidy(() => tf.slice(tf.matMul(ones, ones), [size - 1, size - 1], [1, 1]))
      const [value] = await corner.data() // the work is queued in order: when this one is there, all are
      corner.dispose()
      if (value !== size) throw new Error(`a product of matrices of ones [${size}, ${size}] holds ${value}`)
    })
  } finally {
    ones.dispose()
  }
}

/** The same batch again and again. */
function copies(examples: tf.Tensor, batches: number): Dataset {
  return {
    name: 'noise',
    shape: [784],
    size: batches * batchSize,
    range: { minimum: 0, maximum: 1 },
    async *batches() {
      for (let i = 0; i < batches; i++) yield examples.clone()
    },
  }
}

/** Runs `work` once to warm up, then with growing counts until a run takes about `seconds`. */
async function repeat(seconds: number, work: (count: number) => Promise<void>): Promise<{ secondsEach: number }> {
  await work(1)
  for (let count = 1; ; ) {
    const start = performance.now()
    await work(count)
    const taken = (performance.now() - start) / 1000
    if (taken >= seconds / 2) return { secondsEach: taken / count }
    count = Math.ceil(count * Math.min(8, Math.max(1.5, seconds / taken)))
  }
}
