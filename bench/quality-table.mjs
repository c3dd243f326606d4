// The quality table: for each model its metrics, PyTorch's result with the same network, and its pictures.
import { models as rows } from '@ae/models/internal'
import { readResult, replaceSection } from './report.mjs'

const deterministic = { epochs: 10, figures: { mse }, pictures: ['reconstructions.png'] }
const variational = { epochs: 10, figures: { 'reconstruction + kl': bound }, pictures: ['samples.png'] }
const tutorial = { pytorch: (run) => run.mse }

/** Where a model is measured in a way of its own. */
const special = {
  autoencoder: { ...tutorial, pictures: ['reconstructions.png', 'samples.png'] },
  'stacked-autoencoder': tutorial,
  'sparse-autoencoder': {
    ...tutorial,
    figures: { mse, 'mean activation': ({ judged }) => judged.meanActivation },
    judged: true,
  },
  'denoising-autoencoder': { ...tutorial, pictures: ['denoised.png'] },
  vae: {
    figures: {
      'reconstruction + kl': bound,
      kl: ({ test }) => test.kl,
      'total correlation': ({ judged }) => judged.totalCorrelation,
    },
    pytorch: (run) => run.reconstruction + run.kl,
    judged: true,
    pictures: ['samples.png', 'interpolations.png', 'walk.png'],
  },
  'conditional-vae': {
    figures: { 'reconstruction + kl': bound, 'classified as asked': ({ judged }) => judged.accuracy },
    judged: true,
  },
  iwae: { epochs: 5, figures: { 'bound, 5 samples': ({ test }) => test.bound } },
  'beta-tc-vae': {
    figures: {
      reconstruction: ({ test }) => test.reconstruction,
      'total correlation': ({ judged }) => judged.totalCorrelation,
    },
    judged: true,
    pictures: ['traversals.png'],
  },
  'vq-vae': {
    epochs: 5,
    figures: { mse: ({ judged }) => judged.mse, perplexity: ({ judged }) => judged.perplexity },
    judged: true,
    pictures: ['reconstructions.png', 'samples.png'],
  },
}

/**
 * Every model of the catalogue of @ae/models. `epochs`: of each run. `figures`: by name, computed from a run's result; `judged` ones
 * are measured on the trained model by programs/judge.mjs. `pytorch`: the metric from a run of peers/torch_quality.py, for the
 * tutorial's models. `pictures`: those that the guide shows.
 */
export const models = Object.fromEntries(
  rows.map(({ name, isVariational }) => [name, { ...(isVariational ? variational : deterministic), ...special[name] }]),
)

/** Writes the tables of docs/benchmarks.md and of the guides from results/. */
export function writeTables() {
  const { runs } = readResult('quality')
  replaceSection('benchmarks.md', 'quality', tableOf(runs))
  for (const model of Object.keys(models)) {
    replaceSection(`guides/${model}.md`, 'quality', tableOf(runs.filter((run) => run.model === model)))
  }
}

/** The table of the given runs: for each metric the mean, the standard deviation and the value of every seed. */
function tableOf(runs) {
  const peers = readResult('torch-quality')?.runs ?? []
  const lines = [...new Set(runs.map(({ model }) => model))].map((model) => {
    const { epochs, figures, pytorch } = models[model]
    const cells = ['mnist', 'fashion-mnist'].flatMap((dataset) => {
      const isOwn = (run) => run.model === model && run.dataset === dataset
      const own = runs.filter(isOwn)
      const peer = pytorch
        ? peers
            .filter(isOwn)
            .sort((a, b) => a.seed - b.seed)
            .map(pytorch)
        : []
      const ours = Object.entries(figures).map(([name, figure]) => `${name} ${summary(own.map(figure))}`)
      return [ours.join('<br>'), peer.length > 0 ? summary(peer) : '']
    })
    return `| ${[model, epochs, ...cells].join(' | ')} |`
  })
  return [
    'Measured by `pnpm --filter @ae/bench quality`, which runs `pnpm start --json --epochs EPOCHS --model MODEL --dataset',
    'DATASET --seed SEED` for seeds 1, 2 and 3 (batch 128, Adam 0.001, wasm backend, 10,000 test images). Each cell gives the',
    'mean, the standard deviation (sd) and the value for each seed. The PyTorch columns (mse or reconstruction + kl) come from',
    'PyTorch 2.13 with the same networks, by `pnpm --filter @ae/bench quality:pytorch`.',
    '',
    '| model | epochs | MNIST | PyTorch | Fashion-MNIST | PyTorch |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function mse({ test }) {
  return test.mse
}

function bound({ test }) {
  return test.reconstruction + test.kl
}

/** Mean, standard deviation and every value. */
export function summary(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  const digits = Math.abs(mean) < 0.1 ? 5 : Math.abs(mean) < 2 ? 3 : 2
  return `**${mean.toFixed(digits)}**, sd ${deviation.toFixed(digits)} (${values.map((value) => value.toFixed(digits)).join(', ')})`
}
