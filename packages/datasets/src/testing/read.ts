// Reads data sets whole.
import type { BatchOptions, Dataset, LabelledBatch } from '@ae/core'

/** All values of one pass. */
export async function valuesOf(data: Dataset, options: BatchOptions = { batchSize: 4 }): Promise<number[]> {
  const values: number[] = []
  for await (const batch of data.batches(options)) {
    values.push(...batch.dataSync())
    batch.dispose()
  }
  return values
}

/** All values and labels of one pass. */
export async function labelledValuesOf(
  data: Dataset<LabelledBatch>,
  options: BatchOptions = { batchSize: 4 },
): Promise<{ values: number[]; labels: number[] }> {
  const read = { values: [] as number[], labels: [] as number[] }
  for await (const { examples, labels } of data.batches(options)) {
    read.values.push(...examples.dataSync())
    read.labels.push(...labels.dataSync())
    examples.dispose()
    labels.dispose()
  }
  return read
}
