import { expect, test } from 'vitest'
import { createSession } from './session.ts'
import { fakeEngine } from './testing/fake-engine.ts'

const { settings } = await fakeEngine().openPretrained()

test('a session opens with the map, examples, samples and reconstructions of the pretrained model', async () => {
  const session = createSession(fakeEngine(), settings)
  await session.openPretrained()
  const { phase, card, snapshots, samples, inputs, reconstructions } = session.store.get()
  expect([phase, card?.trainedSteps, snapshots.length]).toEqual(['ready', 15_000, 1])
  expect([samples?.count, inputs?.count, reconstructions?.count]).toEqual([12, 12, 12])
})

test('training keeps the losses of the steps and a plane for each epoch', async () => {
  const session = createSession(fakeEngine({ pace: 0 }), { ...settings, epochs: 3 })
  await session.openPretrained()
  await session.trainFromScratch()
  const { phase, snapshots, history, frame } = session.store.get()
  expect([phase, frame?.step]).toEqual(['done', 234])
  expect(snapshots.map(({ plane }) => plane.epoch)).toEqual([0, 1, 2, 3])
  expect(history.steps).not.toContain(234) // that frame reports the whole epoch
})

test('a model that cannot be made leaves the former one, its map and its phase', async () => {
  const session = createSession(fakeEngine({ fails: ['create'] }), settings)
  await session.openPretrained()
  const before = session.store.get()
  await session.trainFromScratch()
  const { failure, ...after } = session.store.get()
  expect(failure).toMatchObject({ title: 'The network was not made', fix: 'Make a fake engine without `fails`.' })
  expect({ ...after, failure: undefined }).toEqual(before)
})

test('what went wrong before the page opened stays to be read', async () => {
  const session = createSession(fakeEngine(), settings)
  session.fail('The link was not understood', new Error('model: nope'))
  await session.openPretrained()
  expect(session.store.get().failure?.message).toBe('model: nope')
})
