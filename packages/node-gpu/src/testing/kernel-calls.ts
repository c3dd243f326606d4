// What the kernel tests share, and what a kernel of this backend may leave behind: nothing.
import { leakCheckOf } from '@ae/library/kernel-calls'
import { backend } from '@tensorflow/tfjs-core'

export { floats, largest, numbers, runKernel, take } from '@ae/library/kernel-calls'

/** Asserts that `body` leaves no tensor behind: neither of tfjs nor of libtensorflow. */
export const expectNoLeak = leakCheckOf(() => {
  const { binding } = backend() as unknown as { binding: { getNumOfTensors(): number } }
  return { data: backend().numDataIds(), ofLibtensorflow: binding.getNumOfTensors() }
})
