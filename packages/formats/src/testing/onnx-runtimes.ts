// ONNX Runtime as users have it: its native build for Node, and its WebAssembly build for pages, which runs in Node too.
import * as native from 'onnxruntime-node'
import * as web from 'onnxruntime-web'

web.env.wasm.numThreads = 1

/** Numbers and their shape. */
export interface Values {
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** What runs a file. */
export interface OnnxRuntime {
  readonly name: string
  /** The outputs by name, for inputs by name. */
  run(file: Uint8Array, inputs: Readonly<Record<string, Values>>): Promise<Readonly<Record<string, Output>>>
}

/** One output; integers are converted. */
export interface Output extends Values {
  /** As the runtime names it, e.g. `float32`. */
  readonly type: string
}

type Api = Pick<typeof native, 'InferenceSession' | 'Tensor'>

/** Both builds. */
export const runtimes: readonly OnnxRuntime[] = [
  { name: 'onnxruntime-node', run: (...call) => runWith(native, ...call) },
  { name: 'onnxruntime-web', run: (...call) => runWith(web as unknown as Api, ...call) },
]

async function runWith(
  { InferenceSession, Tensor }: Api,
  file: Uint8Array,
  inputs: Readonly<Record<string, Values>>,
): Promise<Readonly<Record<string, Output>>> {
  const session = await InferenceSession.create(file)
  try {
    const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)])
    const results = await session.run(Object.fromEntries(feeds))
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data, type }]) => {
        const numbers = Float32Array.from(data as unknown as ArrayLike<number>, Number)
        return [name, { shape: [...dims], data: numbers, type }]
      }),
    )
  } finally {
    await session.release()
  }
}
