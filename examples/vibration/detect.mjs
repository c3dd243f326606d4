// Learns how a healthy machine vibrates, and finds three faults that it has never seen. Usage: node detect.mjs [recordings] [epochs]
import { annotate, file, save, selectBackend, train } from '@ae/core'
import { fromArray, momentsOf, standardize } from '@ae/datasets'
import { encodePng, histogram } from '@ae/images'
import { gaussian } from '@ae/losses'
import { rocAuc, score, threshold } from '@ae/metrics'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { bands, kurtosis, rms, spectrum } from './features.mjs'
import { recording } from './signals.mjs'

const [count = '2000', epochs = '60'] = process.argv.slice(2)
const quarter = Math.floor(count / 4)

await selectBackend(wasm)
const training = recordings('healthy', Number(count), 0)
const held = recordings('healthy', quarter, 1e6) // sets the threshold
const healthy = recordings('healthy', quarter, 2e6)

const moments = await momentsOf(spectra(training))
const standard = (signals) => standardize(spectra(signals), moments)
const likelihood = gaussian({ standardDeviation: 'perFeature' })
const model = vae({ inputShape: [bands], latentSize: 4, hidden: [128], likelihood, seed: 1 })
for await (const { epoch, loss } of train(model, standard(training), {
  epochs: Number(epochs),
  batchSize: 64,
  seed: 1,
}))
  if (epoch % 10 === 0) console.log(epoch, loss.total.toFixed(2))

const limit = threshold(await score(model, standard(held)), { quantile: 0.99 })
annotate(model, { threshold: limit, transform: JSON.parse(JSON.stringify(moments)) })
await save(model, file('machine.safetensors')) // with the threshold and the scaling in it

const scores = { healthy: await score(model, standard(healthy)) }
console.log(`alarms of a healthy machine: ${share(scores.healthy)}`)
console.log('\nfault         alarms   ROC AUC: VAE   RMS     kurtosis')
for (const state of ['outer race', 'looseness', 'lubrication']) {
  const signals = recordings(state, quarter, 3e6)
  scores[state] = await score(model, standard(signals))
  const areas = [
    area(scores.healthy, scores[state]),
    ...[rms, kurtosis].map((figure) => area(healthy.map(figure), signals.map(figure))),
  ]
  console.log(state.padEnd(13), share(scores[state]).padEnd(16), ...areas.map((value) => value.toFixed(3).padEnd(7)))
}
const picture = histogram(scores, { threshold: limit, axisNames: ['score [nats]', 'recordings'] })
await file('scores.png').write(await encodePng(picture))
picture.dispose()
model.dispose()
console.log('\nwrote machine.safetensors and scores.png')

function recordings(state, size, seed) {
  return Array.from({ length: size }, (_, i) => recording(state, seed + i))
}

function spectra(signals) {
  const values = new Float32Array(signals.length * bands)
  for (const [i, signal] of signals.entries()) values.set(spectrum(signal), i * bands)
  return fromArray(values, { shape: [bands], name: 'vibration' })
}

/** How many scores are above the threshold. */
function share(values) {
  return `${((100 * values.filter((value) => value > limit).length) / values.length).toFixed(1)}%`
}

/** How well a figure tells faulty recordings from healthy ones: 0.5 is chance, 1 is always right. */
function area(normal, faulty) {
  return rocAuc(
    [...normal, ...faulty],
    [...normal, ...faulty].map((_, i) => i >= normal.length),
  )
}
