// Records a training step as a list of WebAssembly calls, with their arguments, on the addresses of one block of memory.
import { hasFused, type StepNumbers } from '@ae/core'
import * as contracts from '@ae/core/kernels'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { engine, type Tensor, type Variable } from '@tensorflow/tfjs-core'
import type { KernelExports } from '../binary/kernel-exports.ts'
import { moduleOf } from '../binary/module.ts'
import type { Installed } from '../installed.ts'
import { isKnownKernel } from '../installed.ts'
import type { Heap } from '../memory/heap.ts'
import { addressOf, byteLength, isAlive, moveData } from '../memory/tensor-data.ts'
import { type Call, type Change, changesOf } from './changes.ts'
import { conditionsNow, type StepVariable, variablesNow } from './conditions.ts'
import { type Block, createStepMemory, type StepMemory } from './memory.ts'
import { type RecordingSession, startRecording } from './recording-heap.ts'

/** A recorded step that can be replayed. */
export interface Plan {
  /** Copies a batch to where the step reads it; the first argument of each is the address of this step's batch. */
  readonly inputs: readonly Call[]
  /** The step. */
  readonly calls: readonly Call[]
  /** Adapts the arguments of the calls to another step. */
  readonly changes: readonly Change[]
  /** Copies the results, which are scalars, to tensors of their own; the second argument of each is that tensor's address. */
  readonly results: readonly Call[]
  /** The variables; up to date after `isUpToDate` returned true. */
  readonly variables: readonly StepVariable[]
  /** Whether tfjs would still do the same: variables in place, kernels unchanged, no more working memory needed. */
  readonly isUpToDate: () => boolean
  /** Addresses of constants, to be freed with the plan. */
  readonly constants: readonly number[]
}

/** The result of recording one step. */
export interface Recording {
  /** What the step returned. */
  readonly results: Tensor[]
  /** Undefined when the step cannot be replayed, or the block is too small. */
  readonly plan: Plan | undefined
  /** Whether it can be replayed, given a block that is long enough. */
  readonly isReplayable: boolean
  /** How long the block has to be, in bytes. */
  readonly bytes: number
}

/** What a step is recorded with. */
export interface RecordingContext {
  readonly backend: BackendWasm
  /** Its heap is replaced during the recording. */
  readonly installed: Pick<Installed, 'kernels'> & { heap: Heap }
  /** All that the step may change. Nothing else uses their data. */
  readonly variables: readonly Variable[]
  /** Where the step's tensors should lie. What does not fit lies elsewhere. */
  readonly block: Block
}

/**
 * Runs a step and records it. Afterwards no tensor lies in the block, even when the step failed.
 *
 * @param inputs borrowed
 * @param numbers of this step
 * @param run the step
 * @throws what `run` throws
 */
export function record(
  context: RecordingContext,
  inputs: readonly Tensor[],
  numbers: StepNumbers,
  run: (inputs: readonly Tensor[]) => Tensor[],
): Recording {
  const { backend, installed, block } = context
  const { exports } = installed.kernels
  const variables = variablesNow(backend, context.variables)
  const memory = createStepMemory(
    moduleOf(backend),
    block,
    variables.map(({ address }) => address),
  )
  const session = startRecording(backend, installed, memory)
  const { log } = session
  const slots: Slot[] = []
  const relocated = new Map<object, number>() // by data, its address in the block
  let results: Tensor[]
  try {
    for (const input of inputs) slots.push(copyIntoBlock(context, session, input))
    results = run(slots.map(({ tensor }) => tensor))
  } finally {
    for (const { tensor } of slots) tensor.dispose()
    session.stop()
    clearBlock()
  }
  const resultCalls = results.flatMap(({ dataId, size, dtype }) => {
    const address = relocated.get(dataId)
    relocated.delete(dataId)
    return address === undefined || size !== 1 || dtype !== 'float32' ? [] : [copyCall(exports, address, 0, 1, 4)]
  })
  const changes = changesOf(log.calls, exports, numbers)
  // It keeps a tensor, or returns one that it did not compute.
  const isUnusual = !memory.isTooSmall && (resultCalls.length < results.length || relocated.size > 0)
  const isReplayable = log.isReplayable && changes !== undefined && !isUnusual && [...log.kernels].every(isKnownKernel)
  const constants = memory.end(isReplayable && !memory.isTooSmall)
  const plan = constants &&
    changes && {
      inputs: slots.map(({ call }) => call),
      calls: log.calls,
      changes,
      results: resultCalls,
      variables,
      isUpToDate: conditionsNow(backend, variables, new Set([...log.kernels, ...absentKernels()]), log.lengths),
      constants,
    }
  return { results, plan, isReplayable, bytes: memory.bytes }

  /** Moves what is still alive: variables to their addresses, the rest to memory of its own. */
  function clearBlock(): void {
    for (const made of log.made) {
      const { dataId } = made
      if (!isAlive(backend, dataId)) continue
      const address = addressOf(backend, dataId)
      if (!memory.isInBlock(address)) continue
      const home = addressOfVariable(dataId, variables, memory)
      moveData(backend, dataId, home ?? moduleOf(backend)._malloc(byteLength(made)) >>> 0)
      if (home === undefined) relocated.set(dataId, address)
      else log.calls.push(copyCall(exports, address, home, 1, byteLength(made)))
    }
  }
}

/** An input of the step, in the block. */
interface Slot {
  readonly tensor: Tensor
  /** Copies an input there. */
  readonly call: Call
}

function copyIntoBlock({ backend, installed }: RecordingContext, { output }: RecordingSession, input: Tensor): Slot {
  const slot = output(input.shape, input.dtype)
  const rows = input.shape[0] ?? 1
  const [from, to] = [addressOf(backend, input.dataId), addressOf(backend, slot.dataId)]
  const call = copyCall(installed.kernels.exports, from, to, rows, byteLength(input) / rows)
  call.run(...call.values)
  return { tensor: engine().makeTensorFromTensorInfo(slot), call }
}

function copyCall(exports: KernelExports, from: number, to: number, rows: number, rowBytes: number): Call {
  return { run: exports.repeatBlocks, values: [from, to, rows, rowBytes, 1] }
}

/** The address of the variable that has this data, if the variable's former data was released; undefined otherwise. */
function addressOfVariable(dataId: object, variables: readonly StepVariable[], memory: StepMemory): number | undefined {
  const owner = variables.find(({ variable }) => variable.dataId === dataId)
  return owner !== undefined && memory.reclaim(owner.address) ? owner.address : undefined
}

/** Kernels that ops would run instead of others, if they existed. */
function absentKernels(): string[] {
  return Object.values(contracts)
    .map(({ name }) => name)
    .filter((name) => !hasFused(name))
}
