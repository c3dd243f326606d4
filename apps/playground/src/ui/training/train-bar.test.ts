import { expect, test } from 'vitest'
import type { State } from '../state.ts'
import { fakeEngine } from '../testing/fake-engine.ts'
import { statusOf } from './train-bar.ts'

const card = await fakeEngine().openPretrained()
const state = { phase: 'ready', origin: 'pretrained', card, frame: undefined } as State

test('the status says what the model is, and what training is at', () => {
  expect(statusOf({ ...state, card: undefined })).toBe('Opening a pretrained network')
  expect(statusOf(state)).toBe('Pretrained: VAE on MNIST, 2 latents, 15,000 steps')
  const frame = { epoch: 3, step: 200, steps: 780, seconds: 2, examplesPerSecond: 12_800, loss: {}, closesEpoch: false }
  expect(statusOf({ ...state, phase: 'training', frame })).toBe(
    'Epoch 3 of 10, 12,800 examples a second, about 6\u00a0s left',
  )
})
