import { selectBackend } from '@ae/core'
import { getBackend } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { availability, backend, onBackend } from './on-backend.ts'

if (!availability.ok) {
  console.log(`skipped: conformance of ${backend.name}: ${availability.reason}; enable with: ${availability.fix}`)
}

onBackend('the backend', () => {
  test('is the one that was asked for', async () => {
    expect(backend.name).toBe(process.env.AE_BACKEND)
    expect(await selectBackend(backend)).toMatchObject({ name: backend.name })
    expect(getBackend()).toBe(backend.name)
  })
})
