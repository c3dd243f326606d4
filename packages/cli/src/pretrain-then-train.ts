// The stacked autoencoder's two phases as one run: two epochs per layer, then all layers together.
import { train } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { pretrain, type StackedAutoencoder } from '@ae/models'
import type { Report, RunOptions } from './subject.ts'

/** Reports with a `layer` while layers are pretrained, then those of `train`. */
export async function* pretrainThenTrain(
  model: StackedAutoencoder,
  data: IndexedDataset,
  options: RunOptions,
): AsyncGenerator<Report, void, void> {
  const epochs = options.epochs === 0 ? 0 : 2
  yield* pretrain(model, data, { ...options, epochs })
  yield* train(model, data, options)
}
