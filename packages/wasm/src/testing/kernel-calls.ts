// What the kernel tests share, and what a kernel of this backend may leave behind: nothing.
import { leakCheckOf } from '@ae/library/kernel-calls'
import { backend } from '@tensorflow/tfjs-core'

export { differences, floats, largest, numbers, runKernel, take } from '@ae/library/kernel-calls'

/** Asserts that `body` leaves no tensor behind, nor memory of the backend that belongs to none. */
export const expectNoLeak = leakCheckOf(() => backend().numDataIds())
