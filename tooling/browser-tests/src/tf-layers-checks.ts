// The two orders in which a program can import @tensorflow/tfjs-layers, in Node and in a page.
import { registerGradients, selectBackend } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { trainLayers, trainOurs } from './tf-layers.ts'

/** tfjs registers its gradients first; ours are those that it lacks. */
export async function layersFirst(): Promise<void> {
  const layers = await import('@tensorflow/tfjs-layers')
  const gradient = tf.getGradient('GatherV2')
  expect(gradient).toBeDefined()
  await selectBackend(wasm)
  await expectTraining(await trainOurs())
  expect(tf.getGradient('GatherV2')).toBe(gradient)
  await expectTraining(await trainLayers(layers))
}

/** tfjs registers its gradients later, and replaces ours in the middle of a program. */
export async function layersLater(): Promise<void> {
  await selectBackend(wasm)
  registerGradients()
  const gradient = tf.getGradient('GatherV2')
  const before = await trainOurs()
  await expectTraining(before)
  const layers = await import('@tensorflow/tfjs-layers')
  expect(tf.getGradient('GatherV2')).not.toBe(gradient)
  const after = await trainOurs()
  for (const [name, losses] of Object.entries(before)) expectClose(after[name] ?? [], losses, { relative: 1e-4 })
  await expectTraining(await trainLayers(layers))
}

async function expectTraining(models: Readonly<Record<string, readonly number[]>>): Promise<void> {
  for (const [name, losses] of Object.entries(models)) {
    expect(losses.every(Number.isFinite), `${name}: ${losses}`).toBe(true)
    expect(losses.at(-1), `${name}: ${losses}`).toBeLessThan(Number(losses[0]))
  }
}
