// `pnpm --filter @ae/bench representation`: what the codes of an autoencoder, a VAE and a beta-TCVAE say about the factors of
// `shapes()`: scores of disentanglement, a linear probe and nearest neighbours, three seeds each. Writes results/representation.json and
// the table in docs/evaluation.md.
import { evaluate, selectBackend, train } from '@ae/core'
import { shapeFactors, shapes, split } from '@ae/datasets'
import { squaredError } from '@ae/losses'
import {
  betaVaeScore,
  dci,
  encodeAll,
  factorVaeScore,
  linearProbe,
  mig,
  modularity,
  nearestNeighbors,
  sap,
} from '@ae/metrics'
import { autoencoder, betaTcVae, vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { replaceSection, writeResult } from './report.mjs'

const { values } = readArguments(
  'pnpm --filter @ae/bench representation: scores of disentanglement of three models on shapes(); some minutes.',
  {
    epochs: { help: 'epochs of training', count: true, default: '60' },
    seeds: { help: 'runs', count: true, default: '3' },
  },
)
const settings = { hidden: [400], codes: 6, batchSize: 128, beta: 6, epochs: values.epochs, seeds: values.seeds }

const data = shapes()
const models = {
  autoencoder: ({ hidden, codes: codeSize }, seed) =>
    autoencoder({
      inputShape: data.shape,
      hidden,
      codeSize,
      codeActivation: 'linear',
      likelihood: squaredError({ activation: 'sigmoid' }),
      seed,
    }),
  VAE: ({ hidden, codes: latentSize }, seed) => vae({ inputShape: data.shape, hidden, latentSize, seed }),
  'beta-TCVAE': ({ hidden, codes: latentSize, beta }, seed) =>
    betaTcVae({ inputShape: data.shape, hidden, latentSize, exampleCount: data.size, beta, seed }),
}

await selectBackend(wasm)
const results = {}
for (const [name, create] of Object.entries(models)) {
  results[name] = []
  for (let seed = 1; seed <= settings.seeds; seed++) {
    const start = performance.now()
    const model = create(settings, seed)
    for await (const _ of train(model, data, { epochs: settings.epochs, batchSize: settings.batchSize, seed }));
    const scores = await measure(model, seed)
    const { reconstruction } = await evaluate(model, data)
    results[name].push({ ...scores, reconstruction, seconds: (performance.now() - start) / 1000 })
    console.log(name, seed, JSON.stringify(results[name].at(-1)))
    model.dispose()
  }
}
writeResult('representation', { machine, settings, results })
replaceSection('evaluation.md', 'representation', table())

/** Every score of a model: over all examples, or fitted to four fifths of them and judged on the rest. */
async function measure(model, seed) {
  const codes = await encodeAll(model, data)
  const factors = shapeFactors(data.labels)
  const [fitted, judged] = await Promise.all(
    split(data, { fractions: [0.8, 0.2], seed }).map(async (part) => {
      const codes = await encodeAll(model, part)
      return { codes, factors: shapeFactors(part.labels) }
    }),
  )
  const shapeOf = ({ codes, factors }) => ({ codes, labels: factors.values.filter((_, i) => i % 5 === 0) })
  const { disentanglement, completeness, informativeness } = await dci(fitted, judged, { seed })
  const found = {
    MIG: await mig(codes, factors),
    SAP: await sap(fitted, judged),
    'DCI disentanglement': disentanglement,
    'DCI completeness': completeness,
    'DCI informativeness': informativeness,
    modularity: await modularity(codes, factors),
    'beta-VAE score': await betaVaeScore(codes, factors, { seed }),
    'FactorVAE score': await factorVaeScore(codes, factors, { seed, threshold: 0.05 }),
    'shape, linear probe': (await linearProbe(shapeOf(fitted), shapeOf(judged))).accuracy,
    'shape, 5 neighbours': (await nearestNeighbors(shapeOf(fitted), shapeOf(judged))).accuracy,
  }
  return Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]))
}

function table() {
  const names = Object.keys(results)
  const scores = Object.keys(results[names[0]][0]).filter((name) => name !== 'seconds' && name !== 'reconstruction')
  const cell = (name, score) => {
    const values = results[name].map((run) => run[score])
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return `${mean.toFixed(3)} (${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)})`
  }
  return [
    `| score | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...scores.map((score) => `| ${score} | ${names.map((name) => cell(name, score)).join(' | ')} |`),
    '',
    `Mean (lowest to highest) of ${settings.seeds} seeds, by \`pnpm --filter @ae/bench representation\`: \`shapes()\`, ${data.size} pictures of 32 x 32; one hidden layer`,
    `of ${settings.hidden[0]}, ${settings.codes} latents, ${settings.epochs} epochs in batches of ${settings.batchSize}, beta ${settings.beta}. SAP, DCI, probe and neighbours are fitted to four fifths of the codes and`,
    'judged on the rest; of three shapes chance is 0.333.',
  ].join('\n')
}
