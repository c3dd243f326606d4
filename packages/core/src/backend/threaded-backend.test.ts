import '@tensorflow/tfjs-backend-cpu'
import { backend } from '@tensorflow/tfjs-core'
import { expect, onTestFinished, test } from 'vitest'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { StepPlayingBackend } from '../training/step-player.ts'
import { train } from '../training/train.ts'
import type { ThreadedBackend } from './threaded-backend.ts'

test.each([
  ['the engine', undefined],
  ['a player', async () => ({ play: (inputs, _, run) => run(inputs), dispose() {} })],
] satisfies [string, StepPlayingBackend['createStepPlayer']][])(
  'a backend is told of each step that begins, made by %s, with the size of its batch',
  async (_, createStepPlayer) => {
    const threaded = backend() as ThreadedBackend & StepPlayingBackend
    onTestFinished(() => {
      delete threaded.beginStep
      delete threaded.createStepPlayer
    })
    const sizes: number[] = []
    threaded.beginStep = (size) => sizes.push(size)
    threaded.createStepPlayer = createStepPlayer
    using model = tinyModel()
    for await (const _ of train(model, tinyData({ count: 40 }), { epochs: 2, batchSize: 16 }));
    expect(sizes).toEqual([16, 16, 8, 16, 16, 8])
  },
)
