// The same VAE written by hand for stock TensorFlow.js on its wasm backend: @tensorflow/tfjs, tf.train.adam, core ops.
import { mnist } from '@ae/datasets'
import * as tf from '@tensorflow/tfjs'
import '@tensorflow/tfjs-backend-wasm'

const { batchSize, images, epochs } = JSON.parse(process.argv[2])
await tf.setBackend('wasm')
await tf.ready()
const digits = await mnist({ split: 'train', limit: images })
const layer = (inputs, outputs) => {
  const bound = 1 / Math.sqrt(inputs)
  return [
    tf.variable(tf.randomUniform([inputs, outputs], -bound, bound)),
    tf.variable(tf.randomUniform([outputs], -bound, bound)),
  ]
}
const [hidden, mean, logVariance, decode, output] = [
  layer(784, 400),
  layer(400, 20),
  layer(400, 20),
  layer(20, 400),
  layer(400, 784),
]
const variables = [hidden, mean, logVariance, decode, output].flat()
const dense = (x, [weight, bias]) => tf.add(tf.matMul(x, weight), bias)
const optimizer = tf.train.adam(1e-3)

function loss(x) {
  const h = tf.relu(dense(x, hidden))
  const [m, v] = [dense(h, mean), dense(h, logVariance)]
  const z = tf.add(m, tf.mul(tf.exp(tf.mul(v, 0.5)), tf.randomNormal(m.shape)))
  const logits = dense(tf.relu(dense(z, decode)), output)
  const nll = tf.sum(tf.sub(tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))), tf.mul(logits, x)))
  const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.add(1, v), tf.add(tf.square(m), tf.exp(v)))))
  return tf.div(tf.add(nll, kl), x.shape[0])
}
const step = (batch) =>
  tf.tidy(() => {
    const x = tf.reshape(batch, [-1, 784])
    optimizer.minimize(() => loss(x), false, variables)
    return undefined
  })

const rates = []
for (let epoch = 0; epoch <= epochs; epoch++) {
  const start = performance.now()
  for await (const batch of digits.batches({ batchSize, seed: 1, epoch })) {
    step(batch)
    batch.dispose()
  }
  rates.push(digits.size / ((performance.now() - start) / 1000))
}
let kernels = 0
for await (const batch of digits.batches({ batchSize })) {
  const profile = await tf.profile(() => step(batch))
  kernels = profile.kernels.filter(({ name }) => tf.getKernel(name, 'wasm')).length
  batch.dispose()
  break
}
console.log(JSON.stringify({ imagesPerSecond: rates.slice(1), kernels, peakMemory: process.resourceUsage().maxRSS }))
