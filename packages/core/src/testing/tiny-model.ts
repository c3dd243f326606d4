// The smallest model that trains, for tests: a linear encoder and decoder, with noise on the code.
import * as tf from '@tensorflow/tfjs-core'
import type { Dataset } from '../dataset.ts'
import type { Autoencoder, Trainable } from '../model.ts'
import { permutation, randomNormal, uniforms } from '../random/random.ts'
import type { Trace } from '../trace.ts'

/** The tiny model; its own objective is `reconstruction`, the squared error summed over features. */
export function tinyModel({ size = 4, codeSize = 2, seed = 1 } = {}): Autoencoder & Trainable<Trace, 'reconstruction'> {
  const initial = (name: string, shape: [number, number]) =>
    tf.tidy(() => tf.variable(tf.tensor2d(uniforms(name, { seed }, shape[0] * shape[1]), shape)))
  const down = initial('down', [size, codeSize])
  const up = initial('up', [codeSize, size])
  const dispose = () => tf.dispose([down, up])
  const encode = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, down) as tf.Tensor2D
  const decode = (code: tf.Tensor2D) => tf.matMul(code, up)
  const likelihood = {
    kind: 'tiny',
    support: { minimum: 0, maximum: 1 },
    negativeLogLikelihood: (output: tf.Tensor, target: tf.Tensor) =>
      tf.sum<tf.Tensor1D>(tf.square(tf.sub(output, target)), 1),
    mean: (output: tf.Tensor) => tf.clone(output),
    config: { kind: 'tiny' },
  }
  return {
    kind: 'tiny',
    inputShape: [size],
    codeSize,
    config: { size, codeSize, seed },
    likelihood,
    variables: { down, up },
    objective: ({ output, target }) => ({ reconstruction: likelihood.negativeLogLikelihood(output, target) }),
    encode,
    decode,
    reconstruct: (x) => tf.tidy(() => decode(encode(x))),
    trace(x, address = {}) {
      const noise = tf.mul(randomNormal([x.shape[0] ?? 0, codeSize], 'posterior', address), 0.01)
      const code = tf.add<tf.Tensor2D>(encode(x), noise)
      return { input: x, target: x, code, output: decode(code), likelihood }
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}

/** Uniform examples `[size]` in (0, 1); `released` counts the passes that ended or were left. */
export function tinyData({ count = 70, size = 4 } = {}): Dataset & { readonly released: () => number } {
  const values = uniforms('data', { seed: 9 }, count * size)
  let released = 0
  return {
    name: 'tiny',
    shape: [size],
    size: count,
    range: { minimum: 0, maximum: 1 },
    released: () => released,
    async *batches({ batchSize, seed, epoch = 0 }) {
      try {
        const order = seed === undefined ? undefined : permutation('order', { seed, step: epoch }, count)
        for (let start = 0; start < count; start += batchSize) {
          const rows = Array.from(
            { length: Math.min(batchSize, count - start) },
            (_, i) => order?.[start + i] ?? start + i,
          )
          yield tf.tensor2d(rows.map((row) => [...values.subarray(row * size, (row + 1) * size)]))
        }
      } finally {
        released++
      }
    },
  }
}
