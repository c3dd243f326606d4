import { randomNormal, registerGradients, selectBackend } from '@ae/core'
import {
  add,
  backend,
  engine,
  getBackend,
  matMul,
  memory,
  mul,
  relu,
  type Scalar,
  sum,
  type Tensor2D,
  valueAndGrads,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { runSource } from '../../../tooling/library/run-source.ts'
import { webgpu, webgpuBackend } from './webgpu.ts'

const surroundings = () => ({
  globals: Object.getOwnPropertyNames(globalThis),
  gpu: globalThis.navigator?.gpu,
  factories: Object.keys(engine().registryFactory),
})

const before = surroundings()
const availability = await webgpu.isAvailable()
const after = surroundings()

if (!availability.ok) {
  console.warn(`Skipped: webgpu on an adapter (${availability.reason}).
Enable: ${availability.fix}; without a GPU, Debian's chromium brings a software adapter (apt-get install chromium).`)
}

test('isAvailable changes nothing in the process', () => {
  expect(after).toEqual(before)
})

describe.skipIf(!availability.ok)('webgpu on an adapter', () => {
  beforeAll(async () => {
    await selectBackend(webgpu)
  })

  test.runIf(process.env.VK_ICD_FILENAMES?.includes('swiftshader'))('a software adapter says so', () => {
    expect(availability).toEqual({
      ok: true,
      device: 'swiftshader device subzero (software, SwiftShader driver 5.0.0)',
    })
  })

  test('activating leaves navigator as it was', () => {
    expect(surroundings().gpu).toBeUndefined()
    expect('navigator' in globalThis).toBe(before.globals.includes('navigator'))
  })

  test('activating again keeps the device and its tensors, whatever the options', async () => {
    const first = await webgpu.activate()
    const [instance, x] = [backend(), mul(noise(40, 50, 1), 2)]
    const again = await webgpuBackend({ powerPreference: 'low-power' }).activate()
    expect(again).toEqual(first)
    expect(again.device).toBe(availability.ok ? availability.device : '')
    expect(getBackend()).toBe('webgpu')
    expect(backend()).toBe(instance)
    expect(await x.data()).toHaveLength(2000)
    x.dispose()
  })

  test('a step of a dense layer agrees with the same step in float64, value and gradients', async () => {
    registerGradients()
    const [batch, inputs, outputs] = [32, 50, 20]
    const [x, kernel, bias] = [noise(batch, inputs, 1), noise(inputs, outputs, 2), noise(1, outputs, 3)] as const
    const count = memory().numTensors
    const { value, grads } = valueAndGrads((...inputs) => {
      const [x, kernel, bias] = inputs as [Tensor2D, Tensor2D, Tensor2D]
      const y = relu(add(matMul(x, kernel), bias))
      return sum<Scalar>(mul(y, y))
    })([x, kernel, bias])
    const received = await Promise.all([value, ...grads].map((tensor) => tensor.data()))
    for (const tensor of [value, ...grads]) tensor.dispose()
    expect(memory().numTensors).toBe(count)

    const [xs, kernels, biases] = await Promise.all([x.data(), kernel.data(), bias.data()])
    const expected = denseStep(xs, kernels, biases)
    expect(received.map((values, i) => relativeError(values, expected[i] ?? []))).toEqual(
      Array.from({ length: 4 }, () => expect.toSatisfy((error: number) => error < 1e-5)),
    )
    for (const tensor of [x, kernel, bias]) tensor.dispose()
  })

  test('a synchronous read of a computed tensor is refused with its cure', () => {
    const y = matMul(noise(3, 4, 1), noise(4, 2, 2))
    expect(() => y.dataSync()).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`webgpu\` cannot read a tensor synchronously in Node.

      Fix: use await x.data() or await x.array() in place of x.dataSync() or x.arraySync()]
    `)
    y.dispose()
  })

  test('a process that has used it ends by itself', async () => {
    const ending = await runSource('src/testing/one-product.ts')
    expect(ending).toMatchObject({ code: 0, signal: null, stdout: 'webgpu 8\n' })
  })

  test('a process that has used it can be ended with an exit code while the GPU works', async () => {
    const ending = await runSource('src/testing/one-product.ts', { args: ['exit'] })
    expect(ending).toMatchObject({ code: 3, signal: null })
  })

  test('an error in a process that uses it ends the process with the error', async () => {
    const ending = await runSource('src/testing/one-product.ts', { args: ['throw'] })
    expect(ending).toMatchObject({ code: 1, signal: null, stderr: expect.stringContaining('on purpose') })
  })

  test.each([
    [[], 'webgpu 8\nthread 0\n'],
    [['exit'], 'thread 3\n'],
    [['throw'], 'on purpose\nthread 1\n'],
  ])('a thread that has used it ends, and not the process with it: %j', async (args, stdout) => {
    const ending = await runSource('src/testing/one-product.ts', { args: ['thread', ...args] })
    expect(ending).toMatchObject({ code: 0, signal: null, stdout })
  })
})

function noise(rows: number, columns: number, seed: number): Tensor2D {
  return randomNormal([rows, columns], 'test', { seed }) as Tensor2D
}

/** The sum of relu(x kernel + bias)^2 and its gradients by x, kernel and bias, in float64. */
function denseStep(x: ArrayLike<number>, kernel: ArrayLike<number>, bias: ArrayLike<number>): Float64Array[] {
  const outputs = bias.length
  const inputs = kernel.length / outputs
  const batch = x.length / inputs
  const value = new Float64Array(1)
  const [dx, dKernel, dBias] = [x, kernel, bias].map(({ length }) => new Float64Array(length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const at = (values: ArrayLike<number>, index: number) => values[index] as number
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      let y = at(bias, o)
      for (let i = 0; i < inputs; i++) y += at(x, b * inputs + i) * at(kernel, i * outputs + o)
      if (y <= 0) continue
      value[0] = at(value, 0) + y * y
      dBias[o] = at(dBias, o) + 2 * y
      for (let i = 0; i < inputs; i++) {
        dx[b * inputs + i] = at(dx, b * inputs + i) + 2 * y * at(kernel, i * outputs + o)
        dKernel[i * outputs + o] = at(dKernel, i * outputs + o) + 2 * y * at(x, b * inputs + i)
      }
    }
  }
  return [value, dx, dKernel, dBias]
}

/** The largest error, in units of the largest expected value. */
function relativeError(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(expected, Math.abs))
  return Math.max(...Array.from(expected, (value, i) => Math.abs(value - Number(received[i])) / largest))
}
