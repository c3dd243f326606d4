// What the kernel tests share, and what a kernel of this backend may leave behind: nothing.
import { expectNoLeak as expectNoTensorLeak } from '@ae/library/testing'
import { backend } from '@tensorflow/tfjs-core'
import { expect } from 'vitest'

export { differences, floats, largest, numbers, runKernel, take } from '@ae/library/kernel-calls'

/** Asserts that `body` leaves no tensor behind: neither of tfjs nor of libtensorflow. */
export function expectNoLeak(body: () => void): void {
  const { binding } = backend() as unknown as { binding: { getNumOfTensors(): number } }
  const before = [backend().numDataIds(), binding.getNumOfTensors()]
  expectNoTensorLeak(body)
  expect([backend().numDataIds(), binding.getNumOfTensors()], 'data of tfjs, tensors of libtensorflow').toEqual(before)
}
