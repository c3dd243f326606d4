// The active backend's speed of matrix products: the limit that training can approach.
import * as tf from '@tensorflow/tfjs-core'
import { callTimes } from './measure.mjs'

/** GFLOP/s of the fastest product of square matrices, over the given sizes. */
export async function matmulLimit(sizes, count) {
  let limit = 0
  for (const size of sizes) {
    const [a, b] = [1, 2].map((seed) => tf.randomUniform([size, size], -1, 1, 'float32', seed))
    const times = await callTimes(count, async () => {
      const product = tf.matMul(a, b)
      await product.data()
      product.dispose()
    })
    limit = Math.max(limit, (2 * size ** 3) / (Math.min(...times) * 1e6))
    tf.dispose([a, b])
  }
  return limit
}
