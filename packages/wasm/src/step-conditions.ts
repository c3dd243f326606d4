// What a step that was written down hangs on beside the numbers that change in it: where one of these is another than it was, the
// engine would do something else.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { getGradient, getKernel, type Variable } from '@tensorflow/tfjs-core'
import type { Call } from './step-changes.ts'
import { placeOf } from './tensor-data.ts'

/** A length of memory that the step asked for. */
export interface Length extends Call {
  /** What the answer was. */
  readonly answer: number
}

/**
 * What a step is to find again, as it is now.
 *
 * @param variables what the step may change: each lies where it lies now, and is trained or not as now
 * @param kernels names of the kernels that it runs, or would if there were any: each is the same, and so is its gradient
 * @param lengths of memory that it asked for: none is longer, as those of convolutions are with more threads
 * @returns whether all of it is so
 */
export function conditionsNow(
  backend: BackendWasm,
  variables: readonly Variable[],
  kernels: Iterable<string>,
  lengths: readonly Length[],
): () => boolean {
  const places = variables.map(({ dataId }) => placeOf(backend, dataId))
  const areTrained = variables.map(({ trainable }) => trainable)
  const found = Array.from(kernels, (name) => ({ name, kernel: kernelOf(name), gradient: getGradient(name) }))
  return () =>
    variables.every(
      ({ dataId, trainable }, i) => placeOf(backend, dataId) === places[i] && trainable === areTrained[i],
    ) &&
    found.every(({ name, kernel, gradient }) => kernelOf(name) === kernel && getGradient(name) === gradient) &&
    lengths.every(({ run, values, answer }) => run(...values) <= answer)
}

function kernelOf(name: string) {
  return getKernel(name, 'wasm')
}
