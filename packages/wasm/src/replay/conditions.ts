// What a step that was written down hangs on beside the numbers that change in it: where one of these is another than it was, the
// engine would do something else.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { getGradient, getKernel, type Variable } from '@tensorflow/tfjs-core'
import { dataOf, isAlive, type TensorData } from '../memory/tensor-data.ts'
import type { Call } from './changes.ts'

/** A length of memory that the step asked for. */
export interface Length extends Call {
  /** What the answer was. */
  readonly answer: number
}

/** A variable of the step. */
export interface Home {
  readonly variable: Variable
  /** Where its data lies before the step and after it. */
  readonly place: number
  readonly trainable: boolean
  /** Its data when it was looked up last. */
  dataId: object
  data: TensorData
}

/** What the step may change, as it is now. */
export function homesNow(backend: BackendWasm, variables: readonly Variable[]): Home[] {
  return variables.map((variable) => {
    const { dataId, trainable } = variable
    const data = dataOf(backend, dataId)
    return { variable, place: data.memoryOffset, trainable, dataId, data }
  })
}

/**
 * What a step is to find again, as it is now.
 *
 * @param homes its variables: each has data that nobody else has, at the same place, and is trained or not as before
 * @param kernels names of the kernels that it runs, or would if there were any: each is the same, and so is its gradient
 * @param lengths of memory that it asked for: none is longer, as those of convolutions are with more threads
 * @returns whether all of it is so; then the homes' data is that of now
 */
export function conditionsNow(
  backend: BackendWasm,
  homes: readonly Home[],
  kernels: Iterable<string>,
  lengths: readonly Length[],
): () => boolean {
  const found = Array.from(kernels, (name) => ({ name, kernel: kernelOf(name), gradient: getGradient(name) }))
  return () =>
    homes.every((home) => isAtHome(backend, home)) &&
    found.every(({ name, kernel, gradient }) => kernelOf(name) === kernel && getGradient(name) === gradient) &&
    lengths.every(({ run, values, answer }) => run(...values) <= answer)
}

function isAtHome(backend: BackendWasm, home: Home): boolean {
  const { variable, place, trainable } = home
  if (home.dataId !== variable.dataId) {
    if (!isAlive(backend, variable.dataId)) return false
    Object.assign(home, { dataId: variable.dataId, data: dataOf(backend, variable.dataId) })
  }
  const { refCount, memoryOffset } = home.data
  return refCount === 1 && memoryOffset === place && variable.trainable === trainable
}

function kernelOf(name: string) {
  return getKernel(name, 'wasm')
}
