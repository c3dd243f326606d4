// What is sent to the GPU while a function runs: dispatches by kernel, compute passes, submissions, uploads.

/** Counts of one run. */
export interface GpuWork {
  /** The labels of the pipelines dispatched, in their order. */
  readonly dispatches: string[]
  /** Compute passes begun. */
  passes: number
  /** Calls of `queue.submit`. */
  submissions: number
}

/** Runs `body`, which sees the counts so far, and counts what it sends to the GPU. Needs WebGPU's globals. */
export async function gpuWorkOf(body: (soFar: GpuWork) => Promise<void> | void): Promise<GpuWork> {
  const work: GpuWork = { dispatches: [], passes: 0, submissions: 0 }
  const pipelines = new WeakMap<object, string>()
  const restore = [
    wrap(GPUComputePassEncoder.prototype, 'setPipeline', (pass, [pipeline]) => {
      pipelines.set(pass, pipeline.label)
    }),
    wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', (pass) => {
      work.dispatches.push(pipelines.get(pass) ?? '')
    }),
    wrap(GPUCommandEncoder.prototype, 'beginComputePass', () => {
      work.passes++
    }),
    wrap(GPUQueue.prototype, 'submit', () => {
      work.submissions++
    }),
  ]
  try {
    await body(work)
  } finally {
    for (const put of restore) put()
  }
  return work
}

function wrap<type extends object, name extends keyof type>(
  prototype: type,
  name: name,
  before: (self: type, inputs: type[name] extends (...inputs: infer inputs) => unknown ? inputs : never) => void,
): () => void {
  const original = prototype[name] as (...inputs: unknown[]) => unknown
  prototype[name] = function (this: type, ...inputs: never) {
    before(this, inputs)
    return original.apply(this, inputs)
  } as type[name]
  return () => {
    prototype[name] = original as type[name]
  }
}
