import { Worker } from 'node:worker_threads'
import { adamStep } from '@ae/library/kernel-calls'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import {
  add,
  backend,
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  dispose,
  fill,
  MaxPoolGrad,
  matMul,
  ones,
  slice,
  softplus,
  square,
  sum,
  type Tensor,
  tidy,
  tile,
  time,
} from '@tensorflow/tfjs-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { runSource } from '../../../../tooling/library/run-source.ts'
import { loadKernels } from '../binary/kernel-exports.ts'
import { moduleOf } from '../binary/module.ts'
import { wasm, wasmBackend } from '../index.ts'
import { installKernels } from '../install.ts'
import { type Convolution, shapesOf } from '../testing/convolution.ts'
import { floats, numbers, runKernel } from '../testing/kernel-calls.ts'
import { createThreadPool, stallTimeout } from './thread-pool.ts'
import { startThread, type Thread } from './threads.ts'

const random = (name: string, shape: number[]) =>
  floats(
    numbers(
      name,
      shape.reduce((size, length) => size * length, 1),
    ),
    shape,
  )

describe('results are the same to the bit on any number of threads', () => {
  const cases: [string, () => Tensor | Tensor[]][] = [
    ['a product', () => matMul(random('a', [129, 301]), random('b', [301, 203]))],
    ['a product of transposed factors', () => matMul(random('a', [301, 130]), random('b', [203, 301]), true, true)],
    ['a tall product of few columns', () => matMul(random('a', [5001, 96]), random('b', [96, 3]))],
    ['a deep product', () => matMul(random('a', [7, 20_001]), random('b', [20_001, 11]))],
    ['sums over a batch', () => sum(random('a', [1025, 77]), 0)],
    ['sums of rows', () => sum(random('a', [77, 1025]), 1)],
    ['sums over axes apart', () => sum(random('a', [13, 301, 17, 29]), [1, 3])],
    [
      'a dense layer',
      () => {
        const [x, kernel, bias] = [random('x', [128, 301]), random('kernel', [301, 203]), random('bias', [203])]
        return runKernel('AeDense', { x, kernel, bias }, { activation: 'tanh' })
      },
    ],
    [
      'the gradient of a dense layer',
      () => {
        const [x, kernel] = [random('x', [128, 301]), random('kernel', [301, 203])]
        const [output, dy] = [random('output', [128, 203]), random('dy', [128, 203])]
        const attributes = { activation: 'sigmoid', needsInput: true }
        return runKernel('AeDenseGradient', { x, kernel, output, dy }, attributes)
      },
    ],
    [
      'the Bernoulli likelihood',
      () => runKernel('AeBernoulli', { logits: random('l', [99, 784]), target: random('t', [99, 784]) }),
    ],
    [
      'its gradient',
      () => {
        const [logits, target, dy] = [random('l', [99, 784]), random('t', [99, 784]), random('dy', [99])]
        return runKernel('AeBernoulliGradient', { logits, target, dy })
      },
    ],
    [
      'a step of an optimiser with averages, and the factor that clips its gradients',
      () => {
        const [parameter0, gradient0, average0] = [
          random('p', [301, 203]),
          random('g', [301, 203]),
          random('e', [301, 203]),
        ]
        const [a0, b0] = [random('m', [301, 203]), square(random('s', [301, 203]))]
        const [factor0] = runKernel('AeClipFactor', { gradient0 }, { count: 1, maximum: 2 }) as [Tensor]
        const inputs = { parameter0, gradient0, a0, b0, average0, factor0 }
        return [...runKernel('AeOptimize', inputs, adamStep({ step: 3, isScaled: true, isAveraged: true })), factor0]
      },
    ],
  ]

  // Each has more than one task, pixels and images that fill none of them evenly, and channels that fill no vector.
  const convolutions: Record<string, Convolution> = {
    'with stride 2': { image: [37, 15, 13, 17], filter: [3, 3, 35], strides: [2, 2], pad: 'same' },
    'with dilations': { image: [13, 17, 16, 13], filter: [3, 2, 30], dilations: [2, 3], pad: 'same' },
    'with strides and padding of their own': {
      image: [11, 19, 18, 9],
      filter: [4, 3, 42],
      strides: [3, 1],
      pad: [
        [0, 0],
        [2, 1],
        [0, 3],
        [0, 0],
      ],
    },
    'to fewer channels': { image: [19, 21, 20, 31], filter: [3, 3, 5], pad: 'same' },
    'of images of so many pixels that parts are added in float64': { image: [3, 131, 127, 2], filter: [3, 3, 5] },
    'of one channel': { image: [67, 28, 27, 1], filter: [3, 3, 33], strides: [2, 2], pad: 'same' },
  }
  for (const [name, convolution] of Object.entries(convolutions)) {
    const { strides = [1, 1], dilations, pad = 'valid' } = convolution
    const shapes = shapesOf(convolution)
    const [image, map] = [() => random('image', shapes.x), () => random('map', shapes.out)]
    const filter = () => random('filter', shapes.filter)
    if (dilations !== undefined || typeof pad !== 'string') {
      // Of such windows there are tfjs's kernels alone.
      const windows = { strides, dilations: dilations ?? [1, 1], pad: pad as number, dataFormat: 'NHWC' }
      const { x: inputShape, filter: filterShape } = shapes
      cases.push(
        [`conv2d ${name}`, () => runKernel(Conv2D, { x: image(), filter: filter() }, windows)],
        [
          `the gradient of the input of conv2d ${name}`,
          () => runKernel(Conv2DBackpropInput, { dy: map(), filter: filter() }, { ...windows, inputShape }),
        ],
        [
          `the gradient of the filter of conv2d ${name}`,
          () => runKernel(Conv2DBackpropFilter, { x: image(), dy: map() }, { ...windows, filterShape }),
        ],
      )
      continue
    }
    const geometry = { strides, pad, activation: 'tanh' }
    cases.push(
      [
        `a convolution ${name}`,
        () => {
          const bias = random('bias', [shapes.out[3]])
          return runKernel('AeConvolution', { x: image(), filter: filter(), bias }, geometry)
        },
      ],
      [
        `the gradient of a convolution ${name}`,
        () => {
          const inputs = { x: image(), filter: filter(), output: map(), dy: random('dy', shapes.out) }
          return runKernel('AeConvolutionGradient', inputs, { ...geometry, needsInput: true })
        },
      ],
      [
        `a transposed convolution ${name}`,
        () => {
          const inputs = { x: map(), filter: filter(), bias: random('bias', [shapes.x[3]]) }
          return runKernel('AeTransposedConvolution', inputs, { ...geometry, outputShape: shapes.x })
        },
      ],
      [
        `the gradient of a transposed convolution ${name}`,
        () => {
          const inputs = { x: map(), filter: filter(), output: image(), dy: random('dy', shapes.x) }
          return runKernel('AeTransposedConvolutionGradient', inputs, { ...geometry, needsInput: true })
        },
      ],
    )
  }
  cases.push(
    [
      'the gradient of max pooling',
      () => {
        const [input, dy] = [random('input', [7, 27, 26, 11]), random('dy', [7, 14, 13, 11])]
        return runKernel(MaxPoolGrad, { input, dy }, { filterSize: [3, 3], strides: [2, 2], pad: 'same' })
      },
    ],
    ['repeated rows', () => tile(random('x', [1, 77]), [1025, 1])],
    ['repeated pixels', () => tile(random('x', [33, 50, 1, 19]), [1, 1, 3, 1])],
    ['repeated numbers', () => tile(random('x', [50, 1]), [1, 1001])],
    ['a function of each number', () => softplus(random('x', [129, 301]))],
  )

  test.each(cases)('%s', async (_, compute) => {
    const results: Buffer[] = []
    for (const threads of [1, 2, 3, 5]) {
      await wasmBackend({ threads }).activate()
      tidy(() => {
        const values = [compute()].flat().map((x) => Buffer.from((x.dataSync() as Float32Array).buffer as ArrayBuffer))
        results.push(Buffer.concat(values))
      })
    }
    expect(results.map((result) => result.equals(results[0] as Buffer))).toEqual([true, true, true, true])
    expect(results[0]?.some((byte) => byte !== 0)).toBe(true)
  })

  test('the device says how many there are, and another activation changes it', async () => {
    expect(await wasmBackend({ threads: 3 }).activate()).toMatchObject({ device: 'WebAssembly SIMD, 3 threads' })
    expect(await wasmBackend({ threads: 1 }).activate()).toMatchObject({ device: 'WebAssembly SIMD, 1 thread' })
  })
})

describe('a pool of threads', () => {
  beforeAll(() => wasm.activate())
  afterEach(() => {
    stallTimeout.milliseconds = 20_000
  })
  const module = () => moduleOf(backend() as BackendWasm)
  const memory = () => module().asm?.memory as WebAssembly.Memory

  /** A pool of this thread and `others`, and a product of ones of which it gets 16 tasks. */
  async function poolOf(others: Thread[]) {
    const kernels = await loadKernels(memory())
    const pool = await createThreadPool(module(), kernels, others)
    pool.activate()
    const [m, n, k] = [480, 512, 500] as const
    const room = (size: number) => module()._malloc(4 * size)
    const [a, b, out] = [room(m * k), room(k * n), room(m * n)] as const
    const packed = room(kernels.exports.packedFloats(m, n, k))
    onTestFinished(() => {
      pool.stop()
      for (const address of [a, b, out, packed]) module()._free(address)
    })
    const multiply = () => {
      const numbersAt = (at: number, size: number) => new Float32Array(memory().buffer, at >>> 0, size)
      numbersAt(a, m * k).fill(1)
      numbersAt(b, k * n).fill(1)
      numbersAt(out, m * n).fill(0)
      kernels.exports.matmul(a, k, 1, b, n, 1, out, m, n, k, 0, 0, packed)
      kernels.exports.finish()
      return [...new Set(numbersAt(out, m * n))]
    }
    return { pool, multiply }
  }

  test('whose threads cannot start is one thread', async () => {
    const { pool, multiply } = await poolOf([{ join: async () => false, end: () => {} }])
    expect(pool.threads).toBe(1)
    expect(multiply()).toEqual([500])
  })

  test('of one thread needs no memory that is shared, and others move when they grow', async () => {
    const notShared = new WebAssembly.Memory({ initial: 300, maximum: 65_536 })
    const oneThread = { ...module(), _malloc: () => 1024 }
    const pool = await createThreadPool(oneThread, await loadKernels(notShared), [])
    pool.activate()
    notShared.grow(1)
    expect(pool.threads).toBe(1)
  })

  test('whose threads died does all the work itself', async () => {
    const { pool, multiply } = await poolOf([{ join: async () => true, end: () => {} }])
    expect(pool.threads).toBe(2)
    expect(multiply()).toEqual([500])
  })

  test('whose thread hangs says so, ends it, and is one thread from then on', async () => {
    const end = vi.fn()
    const { multiply } = await poolOf([{ join: ({ memory, team }) => takeTaskAndHang(memory, team), end }])
    stallTimeout.milliseconds = 50
    const untilItHangs = () => {
      for (let i = 0; i < 1000; i++) multiply()
    }
    expect(untilItHangs).toThrowErrorMatchingInlineSnapshot(`
      [BackendLostError: A thread of the wasm backend does not answer.

      Waited: 0.05 s for one part of a kernel
      Fix:    start again; with wasmBackend({ threads: 1 }) there is no other thread to wait for]
    `)
    expect(end).toHaveBeenCalledOnce()
    expect(multiply()).toEqual([500])
  })

  test('has threads that take part', async () => {
    const { pool, multiply } = await poolOf([startThread(), startThread()])
    expect(pool.threads).toBe(3)
    for (let i = 0; i < 50; i++) expect(multiply()).toEqual([500])
    pool.stop()
    expect(multiply()).toEqual([500])
  })
})

describe('kernels are not waited for', () => {
  // Of two threads the other one is dead: nothing is computed before this one has to wait.
  const deadThread: Thread = { join: async () => true, end: () => {} }
  const module = () => moduleOf(backend() as BackendWasm)
  const values = (x: Tensor) => [...new Set(x.dataSync())]

  beforeEach(async () => {
    await wasmBackend({ threads: 1 }).activate()
    await installKernels(backend() as BackendWasm, { threads: 2, vectorBits: 256, startThread: () => deadThread })
  })
  afterAll(() => wasmBackend({ threads: 1 }).activate())

  test('until somebody reads', () => {
    const x = matMul(ones([30, 40]), ones([40, 50]))
    const { memoryOffset } = (backend() as BackendWasm).dataIdMap.get(x.dataId)
    const inMemory = () => new Float32Array(module().HEAPU8.buffer, memoryOffset >>> 0, 1500)[1499]
    new Float32Array(module().HEAPU8.buffer, memoryOffset >>> 0, 1500).fill(7)
    expect(inMemory()).toBe(7)
    expect(values(x)).toEqual([40])
    expect(inMemory()).toBe(40)
  })

  test('and what they still need is not overwritten when it is disposed', () => {
    const [a, b] = [ones([30, 40]), ones([40, 50])]
    const product = matMul(a, b)
    const sums = sum(product, 0)
    dispose([a, b, product])
    const others = [fill([30, 40], 5), fill([40, 50], 5), fill([30, 50], 5), fill([2000], 5)]
    const written = others.map((other) => add(other, 1))
    expect(values(sums)).toEqual([1200])
    dispose([...others, ...written])
  })

  test('unless a kernel of tfjs needs their results', () => {
    expect(values(add(matMul(ones([30, 40]), ones([40, 50])), 2))).toEqual([42])
    expect(values(sum(matMul(ones([30, 40]), ones([40, 50])), 1))).toEqual([2000]) // ours leaves this axis to tfjs
  })

  test('unless a kernel of somebody else looks where they lie', () => {
    const x = matMul(ones([30, 40]), ones([40, 50]))
    expect([...new Set((backend() as BackendWasm).typedArrayFromHeap(x))]).toEqual([40])
  })

  test('unless there are more than fit', () => {
    let x: Tensor = ones([8, 8])
    for (let i = 0; i < 50; i++) x = matMul(x, fill([8, 8], 1 / 8))
    expect(values(x)).toEqual([1])
  })

  test('before the number of threads changes', async () => {
    const x = matMul(ones([30, 40]), ones([40, 50]))
    await wasmBackend({ threads: 1 }).activate()
    expect(values(x)).toEqual([40])
  })

  test('nor lost while other threads join', async () => {
    const joins: ((joined: boolean) => void)[] = []
    const joining = { join: () => new Promise<boolean>((resolve) => joins.push(resolve)), end: () => {} }
    const installing = installKernels(backend() as BackendWasm, {
      threads: 3,
      vectorBits: 256,
      startThread: () => joining,
    })
    await vi.waitFor(() => expect(joins).toHaveLength(2)) // what creates a pool is loaded first
    const [a, b] = [ones([30, 40]), ones([40, 50])]
    const product = matMul(a, b)
    dispose([a, b])
    const others = [fill([30, 40], 5), fill([40, 50], 5)]
    for (const join of joins) join(true)
    await installing
    expect(values(product)).toEqual([40])
    dispose(others)
  })

  test('before the time that they took is told', async () => {
    const x = ones([30, 40])
    const out: Tensor[] = []
    const { kernelMs } = await time(() => out.push(matMul(x, ones([40, 50]))))
    expect(kernelMs).toBeGreaterThanOrEqual(0)
    const place = (backend() as BackendWasm).dataIdMap.get((out[0] as Tensor).dataId).memoryOffset
    expect(new Float32Array(module().HEAPU8.buffer, place >>> 0, 1)[0]).toBe(40)
  })

  test('and memory that waits for them is given when no other is left', () => {
    const all = module()._malloc(3_500_000_000)
    const [x, y] = [ones([12_000, 1]), ones([1, 12_000])] // a product of 549 MiB, of which one fits
    try {
      for (let i = 0; i < 3; i++) matMul(x, y).dispose()
      expect(() => matMul(ones([20_000, 1]), ones([1, 20_000]))).toThrow('full')
      const product = matMul(x, y)
      expect(slice(product, [11_999, 11_998]).dataSync()).toEqual(new Float32Array([1, 1]))
      product.dispose()
    } finally {
      module()._free(all)
    }
  })
})

test.each([
  ['nothing', 0],
  ['exit', 3],
  ['error', 1],
  ['sleep', 0],
  ['remove', 0],
])('a process ends by %s, and leaves no thread behind', async (ending, code) => {
  const result = await runSource('src/testing/end.ts', { args: [ending] })
  expect(result).toMatchObject({ code, signal: null, stdout: 'WebAssembly SIMD, 4 threads, 300' })
})

/** A thread that takes one task of the next job, as assembly/team.ts does, and never finishes it. */
async function takeTaskAndHang(memory: WebAssembly.Memory, team: number): Promise<true> {
  const program = `
    const { parentPort, workerData: { memory, team } } = require('node:worker_threads')
    const ticket = new BigInt64Array(memory.buffer, team, 1)
    parentPort.postMessage('ready')
    for (;;) {
      const before = Atomics.load(ticket, 0)
      const left = before & 0xffffffffn
      if (left !== 0n && left !== 0xffffffffn && Atomics.compareExchange(ticket, 0, before, before - 1n) === before) break
    }
  `
  const worker = new Worker(program, { eval: true, workerData: { memory, team } })
  await new Promise((resolve) => worker.once('message', resolve))
  return true
}
