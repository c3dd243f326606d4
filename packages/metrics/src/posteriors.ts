// The posterior of every example, read from the device, from which metrics of latents are computed.
import { type Dataset, exampleBatchesOf } from '@ae/core'
import { assertExamples, assertModel } from '@ae/core/internal'
import type { VariationalAutoencoder } from '@ae/models'

/** q(z | x) for each example of a dataset, row by row. */
export interface Posteriors {
  /** The number of examples. */
  readonly count: number
  /** The number of latents. */
  readonly latentSize: number
  /** `[count * latentSize]`. */
  readonly means: Float32Array
  /** log of the variances, `[count * latentSize]`. */
  readonly logVariances: Float32Array
}

/** The model's posteriors over one pass of the data, in stored order. */
export async function posteriorsOf(
  functionName: string,
  model: VariationalAutoencoder,
  data: Dataset,
  batchSize: number,
): Promise<Posteriors> {
  assertModel(functionName, model, ['posterior'])
  assertExamples(functionName, data)
  const { codeSize: latentSize } = model
  const means = new Float32Array(data.size * latentSize)
  const logVariances = new Float32Array(means.length)
  let count = 0
  for await (const examples of exampleBatchesOf(functionName, data, { batchSize })) {
    try {
      const { mean, logVariance } = model.posterior(examples)
      try {
        means.set(await mean.data<'float32'>(), count * latentSize)
        logVariances.set(await logVariance.data<'float32'>(), count * latentSize)
        count += mean.shape[0]
      } finally {
        mean.dispose()
        logVariance.dispose()
      }
    } finally {
      examples.dispose()
    }
  }
  return { count, latentSize, means, logVariances }
}
