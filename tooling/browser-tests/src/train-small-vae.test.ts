import '@tensorflow/tfjs-backend-cpu'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import { setBackend } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { outcomeInNode, trainSmallVae } from './train-small-vae.ts'

test('the outcome with which pages are compared is that of cpu in Node', async () => {
  await setBackend('cpu')
  await expectNoLeak(async () => {
    const outcome = await trainSmallVae()
    expectClose(outcome.reconstruction, outcomeInNode.reconstruction, { relative: 1e-6 })
    expectClose(outcome.kl, outcomeInNode.kl, { relative: 1e-6 })
    expectClose(outcome.pixels, outcomeInNode.pixels, { relative: 1e-6 })
  })
})

test('the loss of that outcome falls', () => {
  expect([...outcomeInNode.reconstruction].sort((a, b) => b - a)).toEqual(outcomeInNode.reconstruction)
  expect(outcomeInNode.reconstruction.at(-1)).toBeLessThan(0.65 * Number(outcomeInNode.reconstruction[0]))
})
