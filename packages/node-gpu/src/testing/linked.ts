// Tests that need libtensorflow: they run where `ae-node-gpu link` has been, and say so elsewhere.
import { selectBackend } from '@ae/core'
import { beforeAll, describe } from 'vitest'
import { native } from '../tensorflow/native.ts'

const availability = await native.isAvailable()

/** A `describe` whose tests run on `native`, or are skipped with the reason printed. */
export function onNative(title: string, body: () => void): void {
  if (!availability.ok) {
    console.log(`skipped: ${title}, because ${availability.reason}; enable with: pnpm run link:native`)
  }
  describe.skipIf(!availability.ok)(title, () => {
    beforeAll(async () => {
      await selectBackend(native)
    })
    body()
  })
}
