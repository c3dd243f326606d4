import { expect, test } from 'vitest'
import { plainSettings } from '../engine/plain-settings.ts'
import { settingsFromUrl } from '../engine/settings-url.ts'
import { readOwn } from './own-data.ts'
import { createSession } from './session.ts'
import { settingsToShare } from './take-panel.ts'
import { fakeEngine } from './testing/fake-engine.ts'

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
