import { getBackend, version_core } from '@tensorflow/tfjs-core'
import { expect, inject, test } from 'vitest'
import { activate, availability, backend, onBackend, tfjsName } from './on-backend.ts'
import './noted.ts'

onBackend('the backend', () => {
  test('is the requested one, on the device that it names', async ({ task }) => {
    expect(backend.name).toBe(inject('backend'))
    const { name, device } = await activate()
    expect([name, getBackend()]).toEqual([backend.name, tfjsName])
    expect(availability).toMatchObject({ ok: true, device })
    task.meta.ran = { device, runtime: runtime(), tfjs: version_core }
  })
})

function runtime(): string {
  const browser = typeof navigator === 'undefined' ? undefined : /Chrome\/(\d+)/.exec(navigator.userAgent)?.[1]
  return browser === undefined ? `Node ${process.versions.node}` : `Chromium ${browser}`
}
