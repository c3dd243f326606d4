// Step replay. The first two steps of each variant and batch shape run through tfjs: one to measure how much memory a step needs at a time, one
// in a block of that size while its WebAssembly calls are recorded. Later steps repeat those calls on the same addresses, with
// this step's numbers where numbers change: no tape, no tensors, nothing allocated.
import type { StepNumbers, StepPlayer } from '@ae/core'
import { engine, keep, type Tensor } from '@tensorflow/tfjs-core'
import { moduleOf } from '../binary/module.ts'
import { renew } from '../memory/tensor-data.ts'
import type { Block } from './memory.ts'
import { type Plan, type RecordingContext, record } from './recorder.ts'

/** A player for one training run. Its steps share one block, whatever the shapes of their batches. */
export function createStepPlayer({ backend, installed, variables }: Omit<RecordingContext, 'block'>): StepPlayer {
  const module = moduleOf(backend)
  const plans = new Map<string, Plan>() // by the variant and the shapes of the inputs
  const failures = new Map<string, number>()
  let block: Block = { address: 0, bytes: 0 }

  return {
    play(inputs, numbers, run) {
      const key = [numbers.variant, ...inputs.map(({ shape, dtype }) => `${dtype} ${shape}`)].join()
      const plan = plans.get(key)
      if (plan?.isUpToDate()) return replay(plan, inputs, numbers)
      const areUnshared = variables.every(({ dataId }) => backend.refCount(dataId) === 1)
      if (!areUnshared || (failures.get(key) ?? 0) >= mostFailures) return run(inputs)
      forget(key)
      const recording = record({ backend, installed, variables, block }, inputs, numbers, run)
      if (recording.plan !== undefined) plans.set(key, recording.plan)
      else if (!recording.isReplayable) failures.set(key, (failures.get(key) ?? 0) + 1)
      else if (!resizeBlock(recording.bytes)) failures.set(key, mostFailures)
      return recording.results
    },
    dispose: () => void resizeBlock(0),
  }

  function replay(plan: Plan, inputs: readonly Tensor[], numbers: StepNumbers): Tensor[] {
    const { heap } = installed
    plan.inputs.forEach(({ run, values }, i) => {
      values[0] = heap.address(inputs[i] as Tensor)
      run(...values)
    })
    for (const change of plan.changes) change(numbers)
    for (const { run, values } of plan.calls) run(...values)
    for (const { data } of plan.variables) renew(backend, data)
    return plan.results.map(({ run, values }) => {
      const result = heap.output([])
      values[1] = heap.address(result)
      run(...values)
      return keep(engine().makeTensorFromTensorInfo(result)) // as tfjs keeps the losses of a step
    })
  }

  function forget(key: string): void {
    for (const constant of plans.get(key)?.constants ?? []) module._free(constant)
    plans.delete(key)
  }

  /** Replaces the block and drops what was recorded in it. Returns whether there was memory for it. */
  function resizeBlock(bytes: number): boolean {
    for (const key of [...plans.keys()]) forget(key)
    module._free(block.address)
    block = { address: 0, bytes: 0 }
    try {
      if (bytes > 0) block = { address: module._malloc(bytes) >>> 0, bytes }
      return true
    } catch {
      return false
    }
  }
}

// A model may create something in its first step and keep it.
const mostFailures = 2
