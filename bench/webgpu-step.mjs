// `pnpm bench:webgpu [--sizes 128,512]`: a training step of the tutorial's VAE on WebGPU in Node, with the fused kernels of @ae/webgpu and
// composed from the kernels of TensorFlow.js, for growing batches. The two alternate in one process; medians over rounds.
import { normals, selectBackend, train } from '@ae/core'
import * as kernels from '@ae/core/kernels'
import { vae } from '@ae/models'
import { webgpu } from '@ae/node-gpu'
import * as tf from '@tensorflow/tfjs-core'
import { readArguments } from './arguments.mjs'

const { values } = readArguments('pnpm bench:webgpu [--sizes 128,512]: a training step on WebGPU in Node.', {
  sizes: { help: 'batches, a list', default: '128,512,2048,8192,32768,65536', counts: true },
})
const batchSizes = values.sizes
const rounds = 3
const secondsARound = 1

const { device } = await selectBackend(webgpu)
const fused = Object.values(kernels).flatMap(({ name }) => tf.getKernel(name, 'webgpu') ?? [])
const ways = {
  fused: (body) => body(),
  async composed(body) {
    for (const { kernelName } of fused) tf.unregisterKernel(kernelName, 'webgpu')
    const result = await body()
    for (const kernel of fused) tf.registerKernel(kernel)
    return result
  },
}

console.log(`A training step of the VAE 784-400-20 on ${device}, Node ${process.version}`)
const rows = []
for (const batchSize of batchSizes) {
  const images = tf.randomUniform([batchSize, 28, 28, 1], 0, 1, 'float32', 1)
  const times = { fused: [], composed: [] }
  for (const way of Object.keys(ways)) await ways[way](() => steps(images, 2)) // compiles the kernels
  const count = Math.max(2, Math.min(200, Math.round(secondsARound / (await ways.fused(() => steps(images, 2))))))
  for (let round = 0; round < rounds; round++) {
    for (const way of Object.keys(ways)) times[way].push(await ways[way](() => steps(images, count)))
  }
  images.dispose()
  const [ours, theirs] = [median(times.fused), median(times.composed)]
  rows.push({
    batchSize,
    fusedMs: round3(1000 * ours),
    composedMs: round3(1000 * theirs),
    ratio: round3(theirs / ours),
    noiseOnCpuMs: round3(noiseMilliseconds(batchSize)),
    imagesPerSecond: Math.round(batchSize / ours),
  })
  console.log(JSON.stringify(rows.at(-1)))
}
console.table(rows)

/** Seconds per step, from the first step to the end of the GPU's work; the images are already on the GPU. */
async function steps(images, count) {
  const [batchSize, ...shape] = images.shape
  const data = {
    name: 'noise',
    shape,
    size: batchSize * count,
    range: { minimum: 0, maximum: 1 },
    async *batches() {
      for (let i = 0; i < count; i++) yield tf.clone(images)
    },
  }
  const model = vae({ inputShape: shape, latentSize: 20, hidden: [400], seed: 1 })
  await finished()
  const start = performance.now()
  for await (const _ of train(model, data, { epochs: 1, batchSize }));
  await finished()
  const seconds = (performance.now() - start) / 1000
  model.dispose()
  return seconds / count
}

/** Reading a value waits for everything before it. */
async function finished() {
  const probe = tf.tidy(() => tf.add(tf.ones([1024]), 1))
  await probe.data()
  probe.dispose()
}

/** The part of both times that no kernel can reduce: drawing the latents' noise on the CPU. */
function noiseMilliseconds(batchSize) {
  const start = performance.now()
  normals('posterior', { seed: 1 }, batchSize * 20)
  return performance.now() - start
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function round3(value) {
  return Number(value.toPrecision(3))
}
