// One run with checkpoints, the same in a process of Node and in a page: whoever starts it may end it at any moment.
import {
  type CheckpointPlan,
  type CheckpointReport,
  type Epoch,
  memory,
  permutation,
  readSafetensors,
  save,
  train,
  uniforms,
} from '@ae/core'
import { fromStream } from '@ae/datasets'
import { vae } from '@ae/models'

/** What a run tells while it goes on. */
export type Told =
  | CheckpointReport
  | { readonly event: 'epoch'; readonly epoch: number; readonly loss: Epoch<string>['loss'] }
  | {
      readonly event: 'finished'
      /** A checksum of all weights. */
      readonly weights: string
    }

/** Examples in a shuffle buffer, 25 batches an epoch. */
const data = () => {
  const order = permutation('order', { seed: 4 }, 50)
  const items = Array.from({ length: 50 }, (_, i) => uniforms('images', { step: order[i] ?? 0 }, 8 * 256))
  return fromStream(items, { shape: [16, 16, 1], range: { minimum: 0, maximum: 1 }, size: 400, shuffleBuffer: 60 })
}

/**
 * Trains from where the last checkpoint of the plan's folder is, or from the beginning.
 *
 * @param checkpoint without it the run is unbroken
 * @param tell called at once
 */
export async function trainOn(checkpoint: CheckpointPlan | undefined, tell: (told: Told) => unknown): Promise<void> {
  using model = vae({ inputShape: [16, 16, 1], hidden: [200], latentSize: 8, seed: 1 })
  const run = train(model, data(), {
    epochs: 12,
    batchSize: 16,
    seed: 2,
    checkpoint,
    resume: checkpoint,
    onCheckpoint: tell,
  })
  for await (const { epoch, loss } of run) tell({ event: 'epoch', epoch, loss })
  const store = memory()
  await save(model, store)
  const checksum = readSafetensors(await store.read()).metadata.get('checksum') ?? ''
  tell({ event: 'finished', weights: checksum })
}
