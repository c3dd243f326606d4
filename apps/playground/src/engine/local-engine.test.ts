import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import type { Frame } from './engine.ts'
import { modelNames, type Settings } from './settings.ts'
import { epochLosses, nodeEngine, smallSettings } from './testing/node-engine.ts'

const settingsOf = (model: Settings['model'], more: Partial<Settings> = {}): Settings => ({
  ...smallSettings,
  model,
  ...(model === 'vq-vae' && { options: { codebookSize: 8, positions: 4 } }),
  ...more,
})

describe.each(modelNames)('%s', (model) => {
  test('trains, answers everything that the page asks, and leaves no tensor behind', async () => {
    const engine = nodeEngine()
    const card = await engine.create(settingsOf(model))
    expect(card).toMatchObject({ shape: [28, 28, 1], trainedSteps: 0, settings: { model } })
    expect(card.layers.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(card.parameters)
    const frames: Frame[] = []
    await engine.train((frame) => frames.push(frame))
    const closing = frames.filter(({ closesEpoch }) => closesEpoch)
    expect(closing.map(({ epoch, step, steps }) => [epoch, step, steps])).toEqual([
      [1, 3, 6],
      [2, 6, 6],
    ])
    expect(closing[1]?.loss.total).toBeLessThan(closing[0]?.loss.total ?? 0)
    expect(closing[1]?.plane?.points).toHaveLength(2 * 192)
    expect(closing[1]?.reconstructions?.count).toBe(12)
    for (const { term } of card.objective) expect(closing[1]?.loss[term]).toBeTypeOf('number')

    const tensors = tf.memory().numTensors
    const ask = async () => {
      const { pictures } = await engine.examples(3)
      const { mean, logVariance } = await engine.encode(pictures)
      expect([mean.count, mean.size]).toEqual([3, card.codeSize])
      expect(logVariance !== undefined).toBe(card.can.gaussian)
      expect((await engine.decode(mean)).values).toEqual((await engine.reconstruct(pictures)).values)
      expect((await engine.sample(5, 1)).count).toBe(5)
      expect((await engine.denoise(pictures, 0.3)).denoised.count).toBe(3)
      const one = { ...pictures, count: 1, values: pictures.values.slice(0, 784) }
      expect((await engine.interpolate(one, one, 4)).count).toBe(4)
      const { values, typical } = await engine.score(pictures)
      expect([values.length, typical.length]).toEqual([3, 192])
      expect([...typical]).toEqual([...typical].sort((a, b) => a - b))
      const plane = await engine.plane()
      const [label] = card.can.label ? ((await engine.examples(1)).labels ?? []) : []
      const points = await engine.projectToPlane((await engine.encode(one, label)).mean)
      for (const [i, value] of points.entries()) expect(value).toBeCloseTo(plane.points[i] ?? 0, 3)
      expect((await engine.decodePlane(points)).count).toBe(1)
      expect((await engine.exportOnnx()).length).toBeGreaterThan(1000)
      if (!card.can.discrete) return
      const { indices, codebookSize } = await engine.discreteCodes(pictures)
      expect(Math.max(...indices)).toBeLessThan(codebookSize)
      expect((await engine.decodeDiscrete(indices)).values).toEqual((await engine.reconstruct(pictures)).values)
    }
    await ask()
    expect(tf.memory().numTensors).toBe(tensors)

    const { step, terms, layers } = await engine.step()
    expect(step).toBe(7)
    expect(terms.map(({ term }) => term)).toEqual(card.objective.map(({ term }) => term))
    expect(layers.every(({ weightNorm }) => weightNorm >= 0)).toBe(true)
    expect(layers.some(({ updateNorm }) => updateNorm > 0)).toBe(true)
    expect(tf.memory().numTensors).toBe(tensors)
  })

  test('a training that is paused, saved and opened elsewhere ends with the weights of one that was not', async () => {
    const whole = nodeEngine()
    await whole.create(settingsOf(model))
    const losses = await epochLosses(whole)

    const first = nodeEngine()
    await first.create(settingsOf(model))
    await first.step()
    await first.step()
    const file = await first.save()
    const second = nodeEngine()
    const card = await second.open(file)
    expect(card).toMatchObject({ trainedSteps: 2, settings: { ...settingsOf(model), options: {} } })
    expect(await epochLosses(second)).toEqual(losses)
    const [expected, received] = [await whole.sample(2, 1), await second.sample(2, 1)]
    expect(received.values).toEqual(expected.values)
  })
})
