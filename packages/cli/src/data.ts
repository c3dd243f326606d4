// The data that `--dataset` and `--data` name.
import { fashionMnist, idxFolder, type LabelledDataset, mnist, type PublishedOptions } from '@ae/datasets'

/** By the names that `--dataset` takes. */
export const datasets = { mnist, 'fashion-mnist': fashionMnist }

/** A name of {@link datasets}. */
export type DatasetName = keyof typeof datasets

/** One split of the data that the settings name. */
export function loadImages(
  { dataset, data }: { readonly dataset: DatasetName; readonly data: string | undefined },
  options: Pick<PublishedOptions, 'split' | 'limit'>,
): Promise<LabelledDataset> {
  return data === undefined ? datasets[dataset](options) : idxFolder({ from: data, ...options })
}
