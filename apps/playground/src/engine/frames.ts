// Reports of a training as the page draws them: figures ten times a second, pictures twice a second, the plane after each epoch.
import type { Epoch, Progress } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import * as tf from '@tensorflow/tfjs-core'
import type { Frame } from './engine.ts'
import { type Examples, readExamples } from './examples.ts'
import { isConditional, type OpenedModel, viewOf } from './opened-model.ts'
import { picturesOf } from './pictures.ts'
import type { FittedPlane } from './plane.ts'
import type { RunListeners } from './run.ts'
import { samplesOf } from './samples.ts'

/** What frames are made from. */
export interface FrameParts {
  readonly model: OpenedModel
  readonly data: IndexedDataset
  /** A new plane after each epoch. */
  fitPlane(epoch: number): Promise<FittedPlane>
  onFrame(frame: Frame): void
  /** Ends the training: a frame failed. */
  onFailure(error: unknown): void
}

/** Milliseconds from one frame to the next, and to the next with pictures. */
const pace = { frame: 100, pictures: 500 }

/** How many pictures of each kind a frame has: two rows of six in the page. */
const shown = 12

/** What turns the reports of a run into frames. `settle` resolves when no frame is under way. */
export async function framesOf(parts: FrameParts): Promise<RunListeners & { settle(): Promise<void> }> {
  const { model, data, onFrame } = parts
  const inputs = await readExamples(data, shown)
  const start = performance.now()
  let [last, lastPictures] = [0, 0]
  let pending: Promise<void> | undefined
  let sent: unknown
  const figures = ({ epoch, step, examplesPerSecond }: Progress | Epoch<string>, steps: number) => {
    return { epoch, step, steps, examplesPerSecond, seconds: (performance.now() - start) / 1000 }
  }
  return {
    onProgress(progress) {
      const now = performance.now()
      const { loss, steps } = progress
      if (pending !== undefined || loss === undefined || loss === sent || now - last < pace.frame) return
      const hasPictures = now - lastPictures >= pace.pictures
      last = now
      sent = loss
      const frame = { ...figures(progress, steps), loss, closesEpoch: false }
      if (!hasPictures) return onFrame(frame)
      lastPictures = now
      pending = picturesNow(model, inputs)
        .then((pictures) => onFrame({ ...frame, ...pictures }), parts.onFailure)
        .finally(() => {
          pending = undefined
        })
    },
    async onEpoch(epoch, { steps }) {
      await pending
      const { plane } = await parts.fitPlane(epoch.epoch)
      const pictures = await picturesNow(model, inputs)
      onFrame({ ...figures(epoch, steps), loss: epoch.loss, closesEpoch: true, ...pictures, plane })
    },
    async settle() {
      await pending
    },
  }
}

/** Reconstructions, and samples of a model that has a prior. Everything is computed at once, and only then read. */
async function picturesNow(model: OpenedModel, { pictures, labels }: Examples): Promise<Partial<Frame>> {
  const { values, count } = pictures
  const shape = model.inputShape
  const view = viewOf(model)
  const reconstructions = picturesOf(() => {
    const x = tf.tensor(values, [count, ...shape])
    return isConditional(model) ? model.reconstruct(x, [...(labels ?? [])]) : view.reconstruct(x)
  }, shape)
  const samples = view.sample && samplesOf(model, undefined, shown, { seed: 0 })
  return {
    inputs: pictures,
    reconstructions: await reconstructions,
    ...(samples !== undefined && { samples: await samples }),
  }
}
