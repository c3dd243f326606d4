// What the quality table says of each model: its figures, what PyTorch reached with the same network, its pictures.

/**
 * `epochs`: of each run. `figures`: by name, from a run's figures; `judged` ones are measured on the trained model by
 * programs/judge.mjs. `pytorch`: MNIST then Fashion-MNIST, figures of peers/torch_quality.py, which this command does not run.
 * `pictures`: what the guide shows.
 */
export const models = {
  autoencoder: {
    ...deterministic(['0.00987, sd 0.00018', '0.01270, sd 0.00036']),
    pictures: ['reconstructions.png', 'samples.png'],
  },
  'stacked-autoencoder': deterministic(['0.00614, sd 0.00044', '0.00964']),
  'sparse-autoencoder': {
    ...deterministic(['0.01281, sd 0.00012', '0.01486']),
    figures: { mse, 'mean activation': ({ judged }) => judged.meanActivation },
    judged: true,
  },
  'denoising-autoencoder': {
    ...deterministic(['0.01287, sd 0.00015', '0.01457']),
    pictures: ['denoised.png'],
  },
  'contractive-autoencoder': deterministic(),
  vae: {
    epochs: 10,
    figures: {
      'reconstruction + kl': bound,
      kl: ({ test }) => test.kl,
      'total correlation': ({ judged }) => judged.totalCorrelation,
    },
    pytorch: ['105.64, sd 0.26', '244.02'],
    judged: true,
    pictures: ['samples.png', 'interpolations.png', 'walk.png'],
  },
  'conditional-vae': {
    epochs: 10,
    figures: { 'reconstruction + kl': bound, 'classified as asked': ({ judged }) => judged.accuracy },
    judged: true,
    pictures: ['samples.png'],
  },
  iwae: {
    epochs: 5,
    figures: { 'bound, 5 samples': ({ test }) => test.bound },
    pictures: ['samples.png'],
  },
  'beta-tc-vae': {
    epochs: 10,
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

/** The table of some runs, each figure with its mean, its standard deviation and every seed. */
export function tableOf(runs) {
  const lines = [...new Set(runs.map(({ model }) => model))].map((model) => {
    const { epochs, figures, pytorch = ['', ''] } = models[model]
    const cells = ['mnist', 'fashion-mnist'].map((dataset) => {
      const own = runs.filter((run) => run.model === model && run.dataset === dataset)
      return Object.entries(figures)
        .map(([name, figure]) => `${name} ${summary(own.map(figure))}`)
        .join('<br>')
    })
    return `| ${model} | ${epochs} | ${cells[0]} | ${pytorch[0]} | ${cells[1]} | ${pytorch[1]} |`
  })
  return [
    'Measured by `pnpm --filter @ae/bench quality`, which runs `pnpm start --json --epochs EPOCHS --model MODEL --dataset',
    'DATASET --seed SEED` for seeds 1, 2 and 3: batch 128, Adam 0.001, wasm backend, 10,000 test images. Mean, sd and',
    "each seed. PyTorch's columns are not measured by this command but by `python3 bench/peers/torch_quality.py MODEL FOLDER SEED`:",
    'mse, or reconstruction + kl, of PyTorch 2.13 with the same networks; where an sd stands, over seeds 1, 2 and 3, else seed 1.',
    '',
    '| model | epochs | MNIST | PyTorch | Fashion-MNIST | PyTorch |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

function deterministic(pytorch) {
  return { epochs: 10, figures: { mse }, pytorch, pictures: ['reconstructions.png'] }
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
