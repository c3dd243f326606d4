// The conditions under which a recorded step may be replayed, besides the numbers that change from step to step. Where one no
// longer holds, tfjs would do something different.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { getGradient, getKernel, type Variable } from '@tensorflow/tfjs-core'
import { dataOf, isAlive, type TensorData } from '../memory/tensor-data.ts'
import type { Call } from './changes.ts'

/** A length of memory that the step asked for. */
export interface Length extends Call {
  /** The answer that it got. */
  readonly answer: number
}

/** A variable of the step. */
export interface StepVariable {
  readonly variable: Variable
  /** The address of its data before and after the step. */
  readonly address: number
  readonly trainable: boolean
  /** Its data when it was last looked up. */
  dataId: object
  data: TensorData
}

/** The variables that a step may change, as they are now. */
export function variablesNow(backend: BackendWasm, variables: readonly Variable[]): StepVariable[] {
  return variables.map((variable) => {
    const { dataId, trainable } = variable
    const data = dataOf(backend, dataId)
    return { variable, address: data.memoryOffset, trainable, dataId, data }
  })
}

/**
 * Remembers what a step depends on.
 *
 * @param variables each must still have data that nothing else uses, at the same address, and be trainable or not as before
 * @param kernels names of the kernels that it runs, or would run if they existed: each must be unchanged, and so its gradient
 * @param lengths of memory that it asked for: none may have grown, as those of convolutions do with more threads
 * @returns whether all of this still holds; if so, the variables' data has been looked up again
 */
export function conditionsNow(
  backend: BackendWasm,
  variables: readonly StepVariable[],
  kernels: Iterable<string>,
  lengths: readonly Length[],
): () => boolean {
  const found = Array.from(kernels, (name) => ({ name, kernel: kernelOf(name), gradient: getGradient(name) }))
  return () =>
    variables.every((variable) => isInPlace(backend, variable)) &&
    found.every(({ name, kernel, gradient }) => kernelOf(name) === kernel && getGradient(name) === gradient) &&
    lengths.every(({ run, values, answer }) => run(...values) <= answer)
}

function isInPlace(backend: BackendWasm, stepVariable: StepVariable): boolean {
  const { variable, address, trainable } = stepVariable
  if (stepVariable.dataId !== variable.dataId) {
    if (!isAlive(backend, variable.dataId)) return false
    Object.assign(stepVariable, { dataId: variable.dataId, data: dataOf(backend, variable.dataId) })
  }
  const { refCount, memoryOffset } = stepVariable.data
  return refCount === 1 && memoryOffset === address && variable.trainable === trainable
}

function kernelOf(name: string) {
  return getKernel(name, 'wasm')
}
