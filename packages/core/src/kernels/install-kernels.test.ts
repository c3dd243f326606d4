import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as kernels from '../kernels.ts'
import { implementKernel, installKernels, type KernelImplementation } from './install-kernels.ts'
import { runFused } from './kernel.ts'

const names = new Set<string>()

beforeEach(async () => void (await tf.setBackend('cpu')))
afterEach(() => {
  for (const name of names) tf.unregisterKernel(name, 'cpu')
  names.clear()
})

function install(...implementations: KernelImplementation<string>[]): void {
  for (const { spec } of implementations) names.add(spec.name)
  installKernels('cpu', implementations, () => 'tools')
}

/** The error of a call that is refused, as text. */
function refusal(name: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): string {
  try {
    tf.engine().runKernel(name, inputs, attributes)
  } catch (error) {
    return String(error)
  }
  return 'nothing'
}

test('an implementation gets its inputs, attributes, lengths by name and tools', () => {
  const calls: unknown[] = []
  install(
    implementKernel(kernels.dense, ({ inputs, attributes, sizes }, tools: string) => {
      calls.push({ inputs: Object.keys(inputs), attributes, sizes, tools })
      return inputs.bias
    }),
  )
  const [x, kernel, bias] = [tf.zeros([2, 3]), tf.zeros([3, 5]), tf.zeros([5])]
  tf.engine().runKernel('AeDense', { x, kernel, bias }, { activation: 'relu' })
  expect(calls).toEqual([
    {
      inputs: ['x', 'kernel', 'bias'],
      attributes: { activation: 'relu' },
      sizes: { batch: 2, inSize: 3, outSize: 5 },
      tools: 'tools',
    },
  ])
  tf.dispose([x, kernel, bias])
})

test('inputs that are repeated come as lists, each number with shapes of its own', () => {
  let received: unknown
  install(
    implementKernel(kernels.adam, ({ inputs }, _: string) => {
      received = inputs.gradient.map(({ shape }) => shape)
      return [...inputs.parameter, ...inputs.mean, ...inputs.square]
    }),
  )
  const of = (i: number, shape: number[]) =>
    Object.fromEntries(['parameter', 'gradient', 'mean', 'square'].map((name) => [`${name}${i}`, tf.zeros(shape)]))
  const inputs = { ...of(0, [2, 3]), ...of(1, []) }
  const attributes = { count: 2, learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 }
  tf.engine().runKernel('AeAdam', inputs, attributes)
  expect(received).toEqual([[2, 3], []])
  expect(refusal('AeAdam', { ...inputs, gradient1: inputs.parameter0 as tf.Tensor }, attributes)).toBe(
    'ShapeError: `AeAdam` received `gradient1` of the wrong shape.\n\nExpected: []\nReceived: [2, 3]',
  )
  expect(refusal('AeAdam', inputs, { ...attributes, count: 3 })).toContain('received a bad `parameter2`')
  tf.dispose(inputs)
})

test('a call that is not as the contract says is refused in words, and nothing leaks', () => {
  install(implementKernel(kernels.dense, ({ inputs }, _: string) => inputs.x))
  expectNoLeak(() => {
    const inputs = { x: tf.zeros([2, 3]), kernel: tf.zeros([3, 5]), bias: tf.zeros([5]) }
    const integers = tf.zeros([2, 3], 'int32')
    const attributes = { activation: 'relu' }
    const { bias: _, ...without } = inputs
    expect([
      refusal('AeDense', without, attributes),
      refusal('AeDense', { ...inputs, x: integers }, attributes),
      refusal('AeDense', { ...inputs, x: inputs.bias }, attributes),
      refusal('AeDense', { ...inputs, bias: inputs.x }, attributes),
      refusal('AeDense', { ...inputs, kernel: inputs.x }, attributes),
      refusal('AeDense', inputs, { activation: 'gelu' }),
      refusal('AeDense', inputs, {}),
    ]).toMatchInlineSnapshot(`
      [
        "AutoencoderError: \`AeDense\` received a bad \`bias\`.

      Expected: a float32 tensor
      Received: nothing",
        "AutoencoderError: \`AeDense\` received a bad \`x\`.

      Expected: a float32 tensor
      Received: a tensor of int32
      Fix:      cast it first, e.g. tf.cast(x, 'float32')",
        "ShapeError: \`AeDense\` received \`x\` of the wrong shape.

      Expected: [batch, inSize]
      Received: [5]",
        "ShapeError: \`AeDense\` received \`bias\` of the wrong shape.

      Expected: [5]
      Received: [2, 3]",
        "ShapeError: \`AeDense\` received \`kernel\` of the wrong shape.

      Expected: [3, outSize]
      Received: [2, 3]",
        "AutoencoderError: \`AeDense\` received a bad \`activation\`.

      Expected: one of linear, relu, sigmoid, tanh
      Received: "gelu"",
        "AutoencoderError: \`AeDense\` received a bad \`activation\`.

      Expected: one of linear, relu, sigmoid, tanh
      Received: undefined",
      ]
    `)
    tf.dispose([inputs, integers])
  })
})

test('a kernel that is registered already stays', () => {
  install(implementKernel(kernels.byteFractions, ({ inputs }, _: string) => inputs.bytes))
  const { kernelFunc } = tf.getKernel('AeByteFractions', 'cpu')
  install(implementKernel(kernels.byteFractions, ({ inputs }, _: string) => inputs.bytes))
  expect(tf.getKernel('AeByteFractions', 'cpu').kernelFunc).toBe(kernelFunc)
})

test('an op runs the kernel that is installed, and composes without it', () => {
  const bytes = tf.tensor([1], [1], 'bool')
  const run = () => runFused('AeByteFractions', { bytes }, {}, () => tf.zeros([7])).shape
  expect(run()).toEqual([7])
  install(implementKernel(kernels.byteFractions, ({ inputs }, _: string) => inputs.bytes))
  expect(run()).toEqual([1])
  bytes.dispose()
})
