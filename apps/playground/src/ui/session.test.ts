import { expect, test } from 'vitest'
import { plainSettings } from '../engine/plain-settings.ts'
import { settingsFromUrl } from '../engine/settings-url.ts'
import { readOwn } from './own-data.ts'
import { createSession } from './session.ts'
import { settingsToShare } from './take-panel.ts'
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

const newSession = () => createSession(fakeEngine({ pace: 0 }), { ...plainSettings, epochs: 1 })

test('a link that cannot be read is still told after the pretrained network is open, with what is taken instead', async () => {
  const session = newSession()
  await session.openPretrained(() => settingsFromUrl('#model=banana&epochs=-1'))
  const { failure, settings, phase } = session.store.get()
  expect(failure?.title).toMatch(/not understood.*VAE on MNIST, 1 epoch$/)
  expect(failure?.message).toContain('"banana"')
  expect([settings.model, phase]).toEqual(['vae', 'ready'])
  session.useLink(() => settingsFromUrl('#model=iwae'))
  expect(session.store.get()).toMatchObject({ failure: undefined, settings: { model: 'iwae' } })
})

test('a file that is not opened is named, and its failure goes once other files are read', async () => {
  const session = newSession()
  await session.openPretrained()
  await session.openFile(new File(['text'], 'notes.safetensors'))
  expect(session.store.get().failure?.title).toBe('notes.safetensors was not opened')
  await readOwn(session, [new File([''], 'a.png')])
  expect(session.store.get()).toMatchObject({ failure: undefined, settings: { dataset: 'yours' } })
})

test('steps are unsaved from the first frame until the model is saved', async () => {
  const session = newSession()
  await session.openPretrained()
  expect(session.store.get().isUnsaved).toBe(false)
  await session.trainFromScratch()
  expect(session.store.get().isUnsaved).toBe(true)
  await session.save()
  expect(session.store.get().isUnsaved).toBe(false)
  await session.changed()
  expect(session.store.get().isUnsaved).toBe(true)
})

test('link and program repeat the training at hand, and next to the pretrained network the one of the button', async () => {
  const session = newSession()
  await session.openPretrained()
  expect(settingsToShare(session.store.get()).epochs).toBe(1)
  await session.trainFromScratch()
  session.store.set({ settings: { ...plainSettings, epochs: 7 } })
  expect(settingsToShare(session.store.get()).epochs).toBe(1)
})
