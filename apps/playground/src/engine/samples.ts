// New pictures of a model of any kind.
import type { IndexedDataset } from '@ae/datasets'
import { codeSampler, gaussianSampler, type SampleOptions, type Sampler } from '@ae/models'
import type { Pictures } from './engine.ts'
import { isConditional, isQuantized, type OpenedModel, viewOf } from './opened-model.ts'
import { picturesOf } from './pictures.ts'

/**
 * New pictures of a model.
 *
 * @param fitted what draws from a model without a prior
 * @param label of a conditional model; by default all of them in turn
 */
export function samplesOf(
  model: OpenedModel,
  fitted: Sampler | undefined,
  count: number,
  options: SampleOptions,
  label?: number,
): Promise<Pictures> {
  return picturesOf(() => {
    if (!isConditional(model)) return (fitted ?? (viewOf(model) as Sampler)).sample(count, options)
    const labels = Array.from({ length: count }, (_, i) => label ?? i % model.classes)
    return model.sample(labels, options)
  }, model.inputShape)
}

/** What draws from a model without a prior, by what the codes of data are. */
export function fitSampler(model: OpenedModel, data: IndexedDataset): Promise<Sampler> {
  const some = data.take(fittedExamples)
  return isQuantized(model) ? codeSampler(model, some) : gaussianSampler(viewOf(model), some)
}

const fittedExamples = 2000
