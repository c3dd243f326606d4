// Steps that are played again. A step is run by the engine of tfjs twice: once to see how much memory it has at the same time,
// and once in a block of that size, while the calls of our functions are written down. From then on a step is those calls,
// at the same places, with other numbers where numbers change: no tape, no tensors, nothing allocated.
import type { StepNumbers, StepPlayer } from '@ae/core'
import { engine, keep, type Tensor } from '@tensorflow/tfjs-core'
import { moduleOf } from '../binary/module.ts'
import { renew } from '../memory/tensor-data.ts'
import type { Block } from './memory.ts'
import { type Plan, record, type Studio } from './recorder.ts'

/** A player for one training run: what it plays lies in one block, for batches of every shape. */
export function createStepPlayer({ backend, installed, variables }: Omit<Studio, 'block'>): StepPlayer {
  const module = moduleOf(backend)
  const plans = new Map<string, Plan>() // by the shapes of the inputs
  const failures = new Map<string, number>()
  let block: Block = { address: 0, bytes: 0 }

  return {
    play(inputs, numbers, run) {
      const key = inputs.map(({ shape, dtype }) => `${dtype} ${shape}`).join()
      const plan = plans.get(key)
      if (plan?.isUpToDate()) return playPlan(plan, inputs, numbers)
      const isOurs = variables.every(({ dataId }) => backend.refCount(dataId) === 1)
      if (!isOurs || (failures.get(key) ?? 0) >= mostFailures) return run(inputs)
      forget(key)
      const recording = record({ backend, installed, variables, block }, inputs, numbers, run)
      if (recording.plan !== undefined) plans.set(key, recording.plan)
      else if (!recording.isPlayable) failures.set(key, (failures.get(key) ?? 0) + 1)
      else if (!enlarge(recording.bytes)) failures.set(key, mostFailures)
      return recording.results
    },
    dispose: () => void enlarge(0),
  }

  function playPlan(plan: Plan, inputs: readonly Tensor[], numbers: StepNumbers): Tensor[] {
    const { heap } = installed
    plan.inputs.forEach(({ run, values }, i) => {
      values[0] = heap.address(inputs[i] as Tensor)
      run(...values)
    })
    for (const change of plan.changes) change(numbers)
    for (const { run, values } of plan.calls) run(...values)
    for (const { data } of plan.homes) renew(backend, data)
    return plan.results.map(({ run, values }) => {
      const result = heap.output([])
      values[1] = heap.address(result)
      run(...values)
      return keep(engine().makeTensorFromTensorInfo(result)) // as losses are that the engine gives
    })
  }

  function forget(key: string): void {
    for (const constant of plans.get(key)?.constants ?? []) module._free(constant)
    plans.delete(key)
  }

  /** Another block: what was recorded in the one before is gone. Gives whether there is memory for it. */
  function enlarge(bytes: number): boolean {
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

// A model may make something in its first step that it keeps.
const mostFailures = 2
