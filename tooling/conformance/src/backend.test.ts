import { getBackend } from '@tensorflow/tfjs-core'
import { expect, inject, test } from 'vitest'
import { activate, availability, backend, onBackend, project, tfjsName } from './on-backend.ts'

if (!availability.ok) {
  const fix = availability.fix === undefined ? '' : `; enable with: ${availability.fix}`
  console.log(`skipped: conformance of ${project}: ${availability.reason}${fix}`)
}

onBackend('the backend', () => {
  test('is the one that was asked for', async () => {
    expect(backend.name).toBe(inject('backend'))
    expect(await activate()).toMatchObject({ name: backend.name })
    expect(getBackend()).toBe(tfjsName)
  })
})
