// The table of `pnpm --filter @ae/bench paper` in docs/benchmarks.md.

/**
 * Our figures beside those of the paper.
 *
 * @param rows of results/paper.json
 */
export function paperTable(rows) {
  const published = { vae: ['VAE', 86.76], 'iwae-5': ['IWAE, k = 5', 85.54], 'iwae-50': ['IWAE, k = 50', 84.78] }
  const lines = [...rows]
    .sort((a, b) => samplesOf(a) - samplesOf(b))
    .map(({ name, batchSize, threads, logLikelihood, standardError, secondsPerPass, curve }) => {
      const [title, nats] = published[name] ?? [name, undefined]
      const byStage = curve.map((line) => (-line.logLikelihood).toFixed(1)).join(', ')
      return `| ${title} | ${(-logLikelihood).toFixed(2)} ± ${standardError.toFixed(2)} | ${nats ?? ''} | ${byStage} | ${batchSize}, ${threads} | ${secondsPerPass.toFixed(1)} |`
    })
  return [
    'Measured by `pnpm --filter @ae/bench paper`, and `--samples 5` for k = 5: table 1 of Burda, Grosse and Salakhutdinov (2016), one',
    'stochastic layer of 50 latents between tanh layers of 200 on randomly binarised MNIST, all 3,280 passes; then -log p(x) of the 10,000',
    "test digits, binarised once, by 5,000 samples. The paper's batches have 20 digits; for larger ones Adam's rate, betas and epsilon follow",
    'the square root scaling rule (Malladi et al. 2022). The stages end after 1, 4, 13, 40, 121, 364, 1,093 and 3,280 passes; their figures',
    'are of 1,000 digits by 500 samples.',
    '',
    '| model | -log p(x), nats | in the paper | after each stage | batch, threads | seconds a pass, median |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n')
}

/** The VAE comes first. */
function samplesOf({ name }) {
  return Number(name.split('-')[1] ?? 1)
}
