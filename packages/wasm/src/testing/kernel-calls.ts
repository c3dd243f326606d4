// What the kernel tests share, and what a kernel of this backend may leave behind: nothing.
import { expectNoLeak as expectNoTensorLeak } from '@ae/library/testing'
import { backend } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

export { differences, floats, largest, numbers, runKernel, take } from '@ae/library/kernel-calls'

/** Asserts that `body` leaves no tensor behind, nor memory of the backend that belongs to none. */
export function expectNoLeak(body: () => void): void {
  const before = backend().numDataIds()
  expectNoTensorLeak(body)
  expect(backend().numDataIds() - before, 'data that leaked').toBe(0)
}
