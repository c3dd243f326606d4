// `pnpm --filter @ae/bench pictures`: judges digits, and what a VAE and damage make of them, by every measure of pictures.
// Writes results/pictures.json and the tables in the docs.
import { selectBackend, train } from '@ae/core'
import { mnist, split } from '@ae/datasets'
import {
  densityCoverage,
  frechetDistance,
  kernelDistance,
  msSsim,
  pictureFeatures,
  precisionRecall,
  psnr,
  ssim,
} from '@ae/metrics'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { digits } from './on-every-core.mjs'
import { replaceSection, writeResult } from './report.mjs'

readArguments(
  'pnpm --filter @ae/bench pictures: every measure of pictures, of digits, a VAE and damage; about five minutes.',
)
process.env.AE_DATA_DIR = digits
const settings = { count: 5000, epochs: 10, seed: 1 }
const { count, epochs, seed } = settings
await selectBackend(wasm)

const training = await mnist({ split: 'train' })
const test = await pixelsOf(await mnist({ split: 'test', limit: count }))
const [reference, others] = await halves()
const model = vae({ inputShape: training.shape, latentSize: 20, hidden: [400], seed })
for await (const { epoch, loss } of train(model, training, { epochs, seed })) console.log(epoch, loss.total)

const noise = (standardDeviation) =>
  tf.tidy(() => tf.clipByValue(tf.add(test, tf.mul(normal, standardDeviation)), 0, 1))
const normal = tf.randomNormal(test.shape, 0, 1, 'float32', 7)
const sets = [
  { name: 'other training digits', pictures: others },
  { name: 'test digits', pictures: test },
  { name: 'their reconstructions', pictures: model.reconstruct(test), isPaired: true },
  { name: 'samples of the VAE', pictures: model.sample(count, { seed: 3 }) },
  ...[0.5, 1, 2].map((sigma) => ({
    name: `test digits, blurred: sigma ${sigma}`,
    pictures: blur(sigma),
    isPaired: true,
  })),
  ...[0.1, 0.2, 0.4].map((deviation) => ({
    name: `test digits with noise: sigma ${deviation}`,
    pictures: noise(deviation),
    isPaired: true,
  })),
]
const judge = await pictureFeatures(reference)
const rows = []
for (const { name, pictures, isPaired } of sets) {
  const features = await pictureFeatures(pictures)
  const row = {
    name,
    frechet: await frechetDistance(features, judge),
    kernel: await kernelDistance(features, judge),
    ...(await precisionRecall(features, judge)),
    ...(await densityCoverage(features, judge)),
    ...(isPaired && {
      psnr: await psnr(pictures, test, { range: 1 }),
      ssim: await ssim(pictures, test, { range: 1 }),
      msSsim: await msSsim(pictures, test, { range: 1, weights: [0.1356, 0.8644] }),
    }),
  }
  rows.push(Object.fromEntries(Object.entries(row).map(([key, value]) => [key, figureOf(value)])))
  console.log(rows.at(-1))
}
writeResult('pictures', { machine, settings, rows })
replaceSection('evaluation.md', 'pictures', tables())

/** Two parts of the training digits, with no digit in common. */
async function halves() {
  const parts = split(await mnist({ split: 'train', limit: 2 * count }), { fractions: [0.5, 0.5], seed })
  return Promise.all(parts.map(pixelsOf))
}

/** All pictures of a data set, `[size, 28, 28, 1]`. */
async function pixelsOf(data) {
  for await (const batch of data.batches({ batchSize: data.size })) return batch
}

/** The test digits under a Gaussian. */
function blur(sigma) {
  return tf.tidy(() => {
    const radius = Math.ceil(3 * sigma)
    const weights = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-(((i - radius) / sigma) ** 2) / 2))
    const line = tf.tensor(weights.map((weight) => weight / weights.reduce((sum, other) => sum + other, 0)))
    const down = tf.conv2d(test, tf.reshape(line, [-1, 1, 1, 1]), 1, 'same')
    return tf.conv2d(down, tf.reshape(line, [1, -1, 1, 1]), 1, 'same')
  })
}

/** An estimate without the values of single pictures. */
function figureOf(estimate) {
  return typeof estimate === 'string' ? estimate : { value: estimate.value, standardError: estimate.standardError }
}

function tables() {
  const cell = (estimate, digits, factor = 1) =>
    estimate === undefined
      ? ''
      : `${(factor * estimate.value).toFixed(digits)}${estimate.standardError === undefined ? '' : ` ± ${(factor * estimate.standardError).toFixed(digits)}`}`
  const distances = rows.map(
    ({ name, frechet, kernel, precision, recall, density, coverage }) =>
      `| ${name} | ${cell(frechet, 2)} | ${cell(kernel, 3)} | ${[precision, recall, density, coverage].map((one) => cell(one, 3)).join(' | ')} |`,
  )
  const pairs = rows
    .filter((row) => row.psnr !== undefined)
    .map(({ name, psnr, ssim, msSsim }) => `| ${name} | ${cell(psnr, 2)} | ${cell(ssim, 4)} | ${cell(msSsim, 4)} |`)
  return [
    `Measured by \`pnpm --filter @ae/bench pictures\`: ${count} pictures of each kind, judged by ${count} training digits; the VAE is that of its`,
    `[guide](guides/vae.md) with beta 1, trained for ${epochs} epochs; ± is the standard error. Sigma is in pixels for blur, in grey levels of [0, 1] for noise.`,
    '',
    '| pictures | Fréchet | kernel | precision | recall | density | coverage |',
    '|---|---|---|---|---|---|---|',
    ...distances,
    '',
    'The same pictures beside the test digits that they were made of; MS-SSIM has two scales here, weighted 0.1356 and 0.8644:',
    '',
    '| pictures | PSNR, dB | SSIM | MS-SSIM |',
    '|---|---|---|---|',
    ...pairs,
  ].join('\n')
}
