import { expect, test } from 'vitest'
import type { Frame } from './engine.ts'
import { modelNames } from './settings.ts'
import { nodeEngine, smallSettings } from './testing/node-engine.ts'

const longRun = { ...smallSettings, epochs: 1000 }
const patience = { timeout: 60_000 }

test('an engine that trains answers what it is asked, and goes on', async () => {
  const engine = nodeEngine()
  await engine.create(longRun)
  let last = 0
  const training = engine.train(({ step }) => {
    last = step
  })
  const first = await engine.sample(4, 1)
  const step = (await engine.card()).trainedSteps
  await expect.poll(() => last, patience).toBeGreaterThan(step)
  expect((await engine.sample(4, 1)).values).not.toEqual(first.values)
  await engine.pause()
  await training
  expect((await engine.card()).trainedSteps).toBeGreaterThanOrEqual(last)
})

test('save during a training gives a file of a moment, and the training goes on', async () => {
  const engine = nodeEngine()
  await engine.create(longRun)
  const training = engine.train(() => {})
  await expect.poll(async () => (await engine.card()).trainedSteps, patience).toBeGreaterThan(3)
  const file = await engine.save()
  const { trainedSteps } = await nodeEngine().open(file)
  expect(trainedSteps).toBeGreaterThan(3)
  await expect.poll(async () => (await engine.card()).trainedSteps, patience).toBeGreaterThan(trainedSteps)
  await engine.pause()
  await training
})

test('a new model ends the training of the one before', async () => {
  const engine = nodeEngine()
  await engine.create(longRun)
  const training = engine.train(() => {})
  const card = await engine.create({ ...smallSettings, model: 'autoencoder' })
  await training
  expect(card).toMatchObject({ trainedSteps: 0, settings: { model: 'autoencoder' } })
})

test('a model that cannot be made leaves the one before', async () => {
  const engine = nodeEngine()
  const before = await engine.create(smallSettings)
  await expect(engine.create({ ...smallSettings, latentSize: 0 })).rejects.toThrow('latentSize')
  await expect(engine.create({ ...smallSettings, dataset: 'yours' })).rejects.toMatchObject({
    fix: expect.stringContaining('useOwn'),
  })
  await expect(engine.create({ ...smallSettings, backend: 'webgl' })).rejects.toThrow('webgl')
  expect(await engine.card()).toEqual(before)
  expect((await engine.sample(2, 1)).count).toBe(2)
})

test('train goes on after its epochs, by as many', async () => {
  const engine = nodeEngine()
  await engine.create(smallSettings)
  await engine.train(() => {})
  const frames: Frame[] = []
  await engine.train((frame) => frames.push(frame))
  expect(frames.filter(({ closesEpoch }) => closesEpoch).map(({ epoch, steps }) => [epoch, steps])).toEqual([
    [3, 12],
    [4, 12],
  ])
})

test.each(modelNames)('a step of %s reports the terms that the training reports', async (model) => {
  const settings = { ...smallSettings, model, examples: 64, epochs: 1 }
  const whole = nodeEngine()
  await whole.create(settings)
  const frames: Frame[] = []
  await whole.train((frame) => frames.push(frame))
  const engine = nodeEngine()
  await engine.create(settings)
  const { terms } = await engine.step()
  for (const { term, value, gradientNorm } of terms) {
    const expected = frames.at(-1)?.loss[term] ?? Number.NaN
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-4 * Math.abs(expected))
    expect(gradientNorm).toBeGreaterThanOrEqual(0)
  }
})

test('a file that is not a model is refused by its name, without a word about the inside of the engine', async () => {
  const engine = nodeEngine()
  const before = await engine.create(smallSettings)
  const whole = await engine.save()
  for (const bytes of [
    new TextEncoder().encode('hello there'),
    whole.subarray(0, whole.length - 4),
    new Uint8Array(),
  ]) {
    await expect(engine.open(bytes, 'mine.safetensors')).rejects.toMatchObject({
      message: expect.stringMatching(/^mine\.safetensors is not a whole model(?!.*(inspect|memory|`load`))/s),
    })
  }
  expect(await engine.card()).toEqual(before)
})
