// The posterior of every example, read from the device, from which metrics of latents are computed.
import { type Dataset, exampleBatchesOf } from '@ae/core'
import { assertExamples, assertModel } from '@ae/core/internal'
import type { VariationalAutoencoder } from '@ae/models'
import { rowsOfData } from './rows-of-data.ts'

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
  const [means, logVariances] = (await rowsOfData(
    exampleBatchesOf(functionName, data, { batchSize }),
    data.size,
    (x) => {
      const { mean, logVariance } = model.posterior(x)
      return [mean, logVariance]
    },
  )) as [Float32Array, Float32Array]
  return { count: data.size, latentSize: model.codeSize, means, logVariances }
}
