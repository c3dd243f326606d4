// The heap that kernels are given while a step is recorded: their tensors lie in the step's memory, and each call of a function
// of assembly/ is recorded.
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import {
  type DataType,
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { KernelExports } from '../binary/kernel-exports.ts'
import { moduleOf } from '../binary/module.ts'
import type { Installed } from '../installed.ts'
import type { Heap } from '../memory/heap.ts'
import { addressOf, byteLength, moveData } from '../memory/tensor-data.ts'
import type { Call } from './changes.ts'
import type { Length } from './conditions.ts'
import { inputsOf, kernelCall, mayDiffer } from './kernel-calls.ts'
import type { StepMemory } from './memory.ts'

/** What has been recorded of a step. */
interface Log {
  readonly calls: Call[]
  readonly lengths: Length[]
  /** The names of the kernels that ran. */
  readonly kernels: Set<string>
  /** The tensors that lie in the block, or would in a longer one. */
  readonly made: TensorInfo[]
  /** False once the step has done what cannot be replayed. */
  isReplayable: boolean
}

/** A kernel that is running. */
interface RunningKernel {
  /** Whether it has looked at numbers, or runs a kernel of tfjs: then it is recorded as a whole. */
  isWhole: boolean
}

/** A recording that is under way. */
export interface RecordingSession {
  readonly log: Log
  /** Room for a tensor of the step. */
  output(shape: readonly number[], dtype?: DataType): TensorInfo
  /** Ends the recording: kernels have their own heap again. */
  stop(): void
}

/**
 * Records what kernels do from now on.
 *
 * @param backend the backend
 * @param installed its heap is replaced until the recording stops
 * @param memory where the tensors of the step lie
 */
export function startRecording(
  backend: BackendWasm,
  installed: Pick<Installed, 'kernels'> & { heap: Heap },
  memory: StepMemory,
): RecordingSession {
  const { heap, kernels } = installed
  const module = moduleOf(backend)
  const { _free: free } = module
  const { write } = backend
  const { runKernel } = engine()
  const log: Log = { calls: [], lengths: [], kernels: new Set(), made: [], isReplayable: true }
  const running: RunningKernel[] = [] // one inside the other
  let workspace: number | undefined

  const output = (shape: readonly number[], dtype: DataType = 'float32') => {
    const tensor = backend.makeOutput([...shape], dtype, memory.take(byteLength({ shape, dtype })))
    log.made.push(tensor)
    return tensor
  }
  installed.heap = {
    exports: recordCalls(kernels.exports, log),
    allowsInPlaceUpdates: true,
    address(tensor) {
      const address = heap.address(tensor)
      if (!running.at(-1)?.isWhole) expectKnown(address)
      return address
    },
    output,
    outputs: (shapes) => shapes.map((shape) => output(shape)),
    scratch(bytes, use) {
      const address = memory.take(bytes)
      try {
        return use(address)
      } finally {
        memory.free(address)
      }
    },
    workspace(bytes) {
      if (workspace !== undefined) memory.free(workspace)
      workspace = memory.take(bytes)
      return workspace
    },
    write: (integers, use) => use(memory.writeConstant(integers)),
    finish() {
      const kernel = running.at(-1)
      if (kernel === undefined)
        log.isReplayable = false // the step reads numbers
      else kernel.isWhole = true
      heap.finish()
    },
  }
  module._free = memory.free
  backend.write = (values, shape, dtype) => {
    const dataId = write.call(backend, values, shape, dtype)
    if (running.at(-1)?.isWhole) return dataId // what the kernel makes of it is recorded
    if (values === null)
      log.isReplayable = false // a kernel from outside this package writes there
    else memory.addConstant(addressOf(backend, dataId))
    return dataId
  }
  engine().runKernel = <result extends Tensor | Tensor[]>(
    name: string,
    inputs: NamedTensorMap,
    attributes?: NamedAttrMap,
  ) => {
    log.kernels.add(name)
    const kernel: RunningKernel = { isWhole: false }
    const [calls, lengths] = [log.calls.length, log.lengths.length]
    running.push(kernel)
    try {
      const result = runKernel.call(engine(), name, inputs, attributes) as result
      if (kernel.isWhole) {
        log.calls.length = calls
        log.lengths.length = lengths
        recordWhole(name, inputs, attributes, [result].flat() as Tensor[])
      }
      return result
    } finally {
      running.pop()
    }
  }
  return {
    log,
    output,
    stop() {
      if (workspace !== undefined) memory.free(workspace)
      installed.heap = heap
      module._free = free
      backend.write = write
      engine().runKernel = runKernel
      heap.finish()
    },
  }

  /** A step reads its inputs, its variables, and what it computed itself. */
  function expectKnown(address: number): void {
    if (!memory.knows(address)) log.isReplayable = false
  }

  function recordWhole(
    name: string,
    inputs: NamedTensorMap,
    attributes: NamedAttrMap | undefined,
    outputs: readonly Tensor[],
  ): void {
    const given = inputsOf(inputs)
    if (mayDiffer(name) || [...given, ...outputs].some(({ dtype }) => !numeric.includes(dtype))) {
      log.isReplayable = false
      return
    }
    for (const { dataId } of given) expectKnown(addressOf(backend, dataId))
    for (const tensor of outputs) moveIntoBlock(tensor)
    log.calls.push(kernelCall(backend, { heap }, name, inputs, attributes, outputs))
  }

  /** Moves what a kernel of tfjs has made to where the step's tensors lie. */
  function moveIntoBlock(tensor: Tensor): void {
    const { dataId, shape, dtype } = tensor
    const address = addressOf(backend, dataId)
    if (memory.knows(address)) return
    heap.finish()
    moveData(backend, dataId, memory.take(byteLength({ shape, dtype })))
    free(address)
    log.made.push({ dataId, shape, dtype })
  }
}

const numeric: readonly string[] = ['float32', 'int32', 'bool']

// These compute lengths of memory, from lengths and the number of threads.
const pure = ['convolutionFloats', 'packedFloats', 'teamBytes']

/** The same functions, each call of which is recorded. */
function recordCalls(exports: KernelExports, { calls, lengths }: Log): KernelExports {
  const recorded = Object.entries(exports).map(([name, run]) => {
    const recordCall = (...values: number[]) => {
      calls.push({ run, values })
      return run(...values)
    }
    const recordLength = (...values: number[]) => {
      const answer = run(...values)
      lengths.push({ run, values, answer })
      return answer
    }
    return [name, pure.includes(name) ? recordLength : recordCall]
  })
  return Object.fromEntries(recorded) as KernelExports
}
