// Writes down what a step of training does: which functions of assembly/ are called, with which numbers, at which places of
// one block of memory.
import { hasFused, type StepNumbers } from '@ae/core'
import * as contracts from '@ae/core/kernels'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { type DataType, engine, type Tensor, type TensorInfo, type Variable } from '@tensorflow/tfjs-core'
import type { KernelExports } from '../binary/kernel-exports.ts'
import { moduleOf } from '../binary/module.ts'
import type { Installed } from '../installed.ts'
import { isKernelOfThisPackage } from '../installed.ts'
import type { Heap } from '../memory/heap.ts'
import { byteLength, isAlive, moveData, placeOf } from '../memory/tensor-data.ts'
import { type Call, type Change, changesOf } from './changes.ts'
import { conditionsNow, type Home, homesNow, type Length } from './conditions.ts'
import { type Block, createStepMemory } from './memory.ts'

/** A step that can be played. */
export interface Plan {
  /** Copies a batch to where the step reads it; the first value of each is where it lies this time. */
  readonly inputs: readonly Call[]
  /** The step. */
  readonly calls: readonly Call[]
  /** Makes them those of another step. */
  readonly changes: readonly Change[]
  /** Copies results, which are scalars, to tensors of their own; the second value of each is where that one lies. */
  readonly results: readonly Call[]
  /** The variables, as they are while it is up to date. */
  readonly homes: readonly Home[]
  /** Whether the engine would still make this step: where variables lie, which kernels there are, how many threads. */
  readonly isUpToDate: () => boolean
  /** Addresses of constants, to be freed with the plan. */
  readonly constants: readonly number[]
}

/** What became of a step that was to be written down. */
export interface Recording {
  /** What the step gave. */
  readonly results: Tensor[]
  /** How it is played; undefined when it cannot be, or when the block is too small. */
  readonly plan: Plan | undefined
  /** Whether it can be played, in a block that is long enough. */
  readonly isPlayable: boolean
  /** How long the block has to be, in bytes. */
  readonly bytes: number
}

/** What a step is written down with. */
export interface Studio {
  readonly backend: BackendWasm
  /** Its heap is another one meanwhile. */
  readonly installed: Pick<Installed, 'kernels'> & { heap: Heap }
  /** All that the step may change. Nobody else has their data. */
  readonly variables: readonly Variable[]
  /** Where the step's tensors are to lie. What does not fit lies elsewhere. */
  readonly block: Block
}

/**
 * Runs a step and writes it down. Afterwards nothing lies in the block, whatever happened.
 *
 * @param inputs borrowed
 * @param numbers of this step
 * @param run the step
 * @throws what `run` throws
 */
export function record(
  { backend, installed, variables, block }: Studio,
  inputs: readonly Tensor[],
  numbers: StepNumbers,
  run: (inputs: readonly Tensor[]) => Tensor[],
): Recording {
  const { heap } = installed
  const { exports } = installed.kernels
  const module = moduleOf(backend)
  const { _free: free } = module
  const { write } = backend
  const homes = homesNow(backend, variables)
  const memory = createStepMemory(
    module,
    block,
    homes.map(({ place }) => place),
  )
  const calls: Call[] = []
  const lengths: Length[] = []
  const kernels = new Set<string>()
  const { runKernel } = engine()
  const made: TensorInfo[] = [] // what lies in the block, or would in a longer one
  let workspace: number | undefined
  let isPlayable = true

  const output = (shape: readonly number[], dtype: DataType = 'float32') => {
    const tensor = backend.makeOutput([...shape], dtype, memory.take(byteLength({ shape, dtype })))
    made.push(tensor)
    return tensor
  }
  const recorder: Heap = {
    exports: writtenDown(exports, calls, lengths),
    isPrivate: true,
    address(tensor) {
      const address = heap.address(tensor)
      if (!memory.knows(address)) isPlayable = false // neither its input nor a variable of its own
      return address
    },
    output,
    outputs: (shapes) => shapes.map((shape) => output(shape)),
    scratch(bytes, use) {
      const address = memory.take(bytes)
      try {
        return use(address)
      } finally {
        memory.giveBack(address)
      }
    },
    workspace(bytes) {
      if (workspace !== undefined) memory.giveBack(workspace)
      workspace = memory.take(bytes)
      return workspace
    },
    write: (integers, use) => use(memory.writeConstant(integers)),
    finish() {
      isPlayable = false // it reads numbers, or runs a kernel of tfjs
      heap.finish()
    },
  }

  const inputCalls: Call[] = []
  const copyIn = (input: Tensor) => {
    const slot = output(input.shape, input.dtype)
    const rows = input.shape[0] ?? 1
    const call = copy(heap.address(input), heap.address(slot), rows, byteLength(input) / rows)
    call.run(...call.values)
    inputCalls.push(call)
    return engine().makeTensorFromTensorInfo(slot)
  }
  const slots: Tensor[] = []
  const moved = new Map<object, number>() // where the data lay in the block
  let results: Tensor[]
  try {
    installed.heap = recorder
    module._free = memory.giveBack
    backend.write = (values, shape, dtype) => {
      const dataId = write.call(backend, values, shape, dtype)
      if (values !== null) memory.addConstant(placeOf(backend, dataId))
      else isPlayable = false // a kernel of somebody else writes there
      return dataId
    }
    engine().runKernel = <result extends Tensor | Tensor[]>(...call: Parameters<typeof runKernel>) => {
      kernels.add(call[0])
      return runKernel.apply(engine(), call) as result
    }
    for (const input of inputs) slots.push(copyIn(input))
    results = run(slots)
  } finally {
    for (const slot of slots) slot.dispose()
    if (workspace !== undefined) memory.giveBack(workspace)
    installed.heap = heap
    module._free = free
    backend.write = write
    engine().runKernel = runKernel
    heap.finish()
    clearBlock()
  }
  const changes = changesOf(calls, exports, numbers)
  if (changes === undefined) isPlayable = false
  if (![...kernels].every(isKernelOfThisPackage)) isPlayable = false // it may do anything
  const resultCalls = results.flatMap(({ dataId, size, dtype }) => {
    const place = moved.get(dataId)
    moved.delete(dataId)
    return place === undefined || size !== 1 || dtype !== 'float32' ? [] : [copy(place, 0, 1, 4)]
  })
  if (!memory.isTooSmall && (resultCalls.length < results.length || moved.size > 0)) {
    isPlayable = false // it keeps a tensor, or gives one that it did not compute
  }
  const constants = memory.end(isPlayable && !memory.isTooSmall)
  const plan = constants &&
    changes && {
      inputs: inputCalls,
      calls,
      changes,
      results: resultCalls,
      homes,
      isUpToDate: conditionsNow(backend, homes, new Set([...kernels, ...absentKernels()]), lengths),
      constants,
    }
  return { results, plan, isPlayable, bytes: memory.bytes }

  function copy(from: number, to: number, rows: number, rowBytes: number): Call {
    return { run: exports.repeatBlocks, values: [from, to, rows, rowBytes, 1] }
  }

  /** Moves what is still there: variables home, the rest to memory of its own. */
  function clearBlock(): void {
    for (const { dataId, shape, dtype } of made) {
      if (!isAlive(backend, dataId)) continue
      const place = placeOf(backend, dataId)
      if (!memory.isInBlock(place)) continue
      const bytes = byteLength({ shape, dtype })
      const home = homes.find(({ variable }) => variable.dataId === dataId)
      if (home !== undefined && memory.takeHome(home.place)) {
        moveData(backend, dataId, home.place)
        calls.push(copy(place, home.place, 1, bytes))
      } else {
        moveData(backend, dataId, module._malloc(bytes) >>> 0)
        moved.set(dataId, place)
      }
    }
  }
}

// They compute lengths of memory, from lengths and the number of threads.
const pure = ['convolutionFloats', 'packedFloats', 'teamBytes']

/** The same functions, each call of which is noted. */
function writtenDown(exports: KernelExports, calls: Call[], lengths: Length[]): KernelExports {
  const noted = Object.entries(exports).map(([name, run]) => {
    const note = (...values: number[]) => {
      calls.push({ run, values })
      return run(...values)
    }
    const noteLength = (...values: number[]) => {
      const answer = run(...values)
      lengths.push({ run, values, answer })
      return answer
    }
    return [name, pure.includes(name) ? noteLength : note]
  })
  return Object.fromEntries(noted) as KernelExports
}

/** Kernels that ops would run instead of others, if there were any. */
function absentKernels(): string[] {
  return Object.values(contracts)
    .map(({ name }) => name)
    .filter((name) => !hasFused(name))
}
