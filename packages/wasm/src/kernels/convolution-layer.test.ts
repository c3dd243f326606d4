import { expectClose } from '@ae/library/testing'
import { type Tensor, util, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { type Convolution, eachProduct, shapesOf } from '../testing/convolution.ts'
import { differences, expectNoLeak, floats, largest, numbers, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

type Geometry = Convolution & { readonly strides: [number, number]; readonly pad: 'same' | 'valid' }

const activations = {
  linear: (x: number) => x,
  relu: (x: number) => Math.max(x, 0),
  sigmoid: (x: number) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
}
type Activation = keyof typeof activations

// Of the transposed layer, `image` is the output. The third length of a filter is the number of channels at the other end.
const geometries: Geometry[] = [
  { image: [1, 1, 1, 1], filter: [1, 1, 1], strides: [1, 1], pad: 'valid' },
  { image: [3, 5, 4, 1], filter: [3, 3, 5], strides: [2, 2], pad: 'same' },
  { image: [1, 7, 5, 3], filter: [4, 4, 2], strides: [2, 2], pad: 'same' },
  { image: [3, 5, 5, 2], filter: [5, 3, 4], strides: [1, 1], pad: 'valid' },
  { image: [1, 8, 7, 4], filter: [2, 2, 3], strides: [3, 3], pad: 'valid' },
  { image: [3, 4, 3, 6], filter: [1, 1, 9], strides: [1, 1], pad: 'same' },
  { image: [3, 4, 5, 8], filter: [3, 3, 2], strides: [1, 1], pad: 'same' },
  { image: [1, 7, 6, 1], filter: [3, 5, 2], strides: [3, 1], pad: 'same' },
]

const kinds = {
  convolution: { forward: 'AeConvolution', gradient: 'AeConvolutionGradient' },
  'transposed convolution': {
    forward: 'AeTransposedConvolution',
    gradient: 'AeTransposedConvolutionGradient',
  },
}
type Kind = keyof typeof kinds

describe.each(Object.keys(kinds) as Kind[])('a %s', (kind) => {
  describe.each(Object.keys(activations) as Activation[])('with %s', (activation) => {
    test.each(geometries)('%j is within 2e-6 of float64, and so are its gradients of differences', (geometry) => {
      const { shapes, ...values } = problem(kind, geometry)
      const { strides, pad } = geometry
      const attributes = { activation, strides, pad }
      const expected = layer(kind, geometry, activation, values)
      const weighted = (changed: Partial<Values>) =>
        layer(kind, geometry, activation, { ...values, ...changed }).reduce(
          (sum, y, i) => sum + y * at(values.dy, i),
          0,
        )
      const gradients = [
        differences((filter) => weighted({ filter }), values.filter),
        differences((bias) => weighted({ bias }), values.bias),
        differences((x) => weighted({ x }), values.x),
      ]
      expectNoLeak(() => {
        const x = floats(values.x, shapes.x)
        const filter = floats(values.filter, shapes.filter)
        const bias = floats(values.bias, shapes.bias)
        const dy = floats(values.dy, shapes.out)
        const [output] = runKernel(kinds[kind].forward, { x, filter, bias }, { ...attributes, outputShape: shapes.out })
        expect(output?.shape).toEqual(shapes.out)
        const inputs = { x, filter, output: output as Tensor, dy }
        for (const needsInput of [true, false]) {
          const outputs = runKernel(kinds[kind].gradient, inputs, { ...attributes, needsInput })
          expect(outputs.map(({ shape }) => shape)).toEqual(
            [shapes.filter, shapes.bias, shapes.x].slice(0, needsInput ? 3 : 2),
          )
          for (const [i, gradient] of take(...outputs).entries()) {
            const target = gradients[i] ?? []
            expectClose(gradient, target, { absolute: 2e-6 * largest(target) + 1e-7 })
          }
        }
        expectClose(take(output as Tensor)[0] ?? [], expected, { absolute: 2e-6 * largest(expected) })
        for (const input of [x, filter, bias, dy]) input.dispose()
      })
    })
  })

  test('whose patches are made in parts, which end inside an image, has its bias and activation once', () => {
    const geometry: Geometry = { image: [3, 30, 30, 4], filter: [5, 5, 8], strides: [1, 1], pad: 'same' }
    const { shapes, ...values } = problem(kind, geometry)
    const expected = layer(kind, geometry, 'sigmoid', values)
    const inputs = {
      x: floats(values.x, shapes.x),
      filter: floats(values.filter, shapes.filter),
      bias: floats(values.bias, shapes.bias),
    }
    const attributes = { activation: 'sigmoid', strides: [1, 1], pad: 'same', outputShape: shapes.out }
    const outputs = runKernel(kinds[kind].forward, inputs, attributes)
    expectClose(take(...outputs)[0] ?? [], expected, { absolute: 2e-6 })
  })

  test.each<Geometry>([
    { image: [37, 15, 13, 5], filter: [3, 3, 9], strides: [2, 2], pad: 'same' },
    { image: [3, 30, 30, 4], filter: [5, 5, 8], strides: [1, 1], pad: 'same' },
    // A part of three images, two of which a thread holds at a time.
    { image: [3, 150, 150, 1], filter: [2, 2, 2], strides: [16, 16], pad: 'same' },
  ])('%j has gradients of several parts within 2e-6 of float64', (geometry) => {
    const { shapes, ...values } = problem(kind, geometry)
    const output = numbers('output', util.sizeFromShape(shapes.out)).map((value) => 1 / (1 + Math.exp(-value)))
    const dPre = output.map((y, i) => at(values.dy, i) * y * (1 - y))
    const expected = [values.filter, values.bias, values.x].map((like) => Array.from(like, () => 0))
    const [dFilter = [], dBias = [], dInput = []] = expected
    const channels = values.bias.length
    for (const [i, gradient] of dPre.entries()) dBias[i % channels] = at(dBias, i % channels) + gradient
    eachProduct(geometry, (image, k, map) => {
      const [from, to] = kind === 'convolution' ? [image, map] : [map, image]
      dFilter[k] = at(dFilter, k) + at(values.x, from) * at(dPre, to)
      dInput[from] = at(dInput, from) + at(values.filter, k) * at(dPre, to)
    })
    const inputs = {
      x: floats(values.x, shapes.x),
      filter: floats(values.filter, shapes.filter),
      output: floats(output, shapes.out),
      dy: floats(values.dy, shapes.out),
    }
    const attributes = { activation: 'sigmoid', strides: geometry.strides, pad: 'same', needsInput: true }
    const gradients = take(...runKernel(kinds[kind].gradient, inputs, attributes))
    for (const [i, target] of expected.entries()) {
      expectClose(gradients[i] ?? [], target, { absolute: 2e-6 * largest(target) })
    }
  })
})

test('the bias of one channel is summed over a hundred thousand pixels within 2e-6 of float64', () => {
  const dy = numbers('dy', 128 * 28 * 28).map((value) => Math.abs(value))
  const inputs = { x: zeros([128, 14, 14, 2]), filter: zeros([3, 3, 1, 2]), dy: floats(dy, [128, 28, 28, 1]) }
  const attributes = { activation: 'linear', strides: [2, 2], pad: 'same', needsInput: true }
  const outputs = runKernel('AeTransposedConvolutionGradient', { ...inputs, output: inputs.dy }, attributes)
  const sum = dy.reduce((total, value) => total + value, 0)
  expectClose(take(...outputs)[1] ?? [], [sum], { relative: 2e-6 })
})

test('an empty batch gives an empty result, and gradients of zeros', () => {
  const attributes = { activation: 'relu', strides: [2, 2], pad: 'same', needsInput: true }
  const inputs = { x: zeros([0, 4, 4, 1]), filter: zeros([3, 3, 1, 2]), bias: zeros([2]) }
  const [output] = runKernel('AeConvolution', inputs, attributes) as [Tensor]
  expect(output.shape).toEqual([0, 2, 2, 2])
  const outputs = runKernel('AeConvolutionGradient', { ...inputs, output, dy: output }, attributes)
  expect(take(...outputs)).toEqual([new Array(18).fill(0), [0, 0], []])
})

test('shapes that do not fit and unknown activations are refused, and nothing leaks', () => {
  const attributes = { activation: 'relu', strides: [2, 2], pad: 'same', needsInput: true }
  const inputs = {
    x: zeros([2, 5, 5, 3]),
    filter: zeros([3, 3, 3, 4]),
    bias: zeros([4]),
    output: zeros([2, 3, 3, 4]),
    dy: zeros([2, 3, 3, 4]),
    wrong: zeros([2, 2, 2, 2]),
    other: zeros([2, 2, 2, 4]),
    large: zeros([2, 6, 6, 3]),
    three: zeros([3]),
  }
  const [convolution, convolutionGradient, transposedConvolution, transposedConvolutionGradient] = [
    'AeConvolution',
    'AeConvolutionGradient',
    'AeTransposedConvolution',
    'AeTransposedConvolutionGradient',
  ]
  const { wrong, other, large, three } = inputs
  const refusal = (name: string, changed: object, changedAttributes: object = {}) => {
    try {
      runKernel(name, { ...inputs, ...changed }, { ...attributes, ...changedAttributes })
    } catch (error) {
      return String(error)
    }
    return 'nothing'
  }
  expectNoLeak(() => {
    expect([
      refusal(convolution, { x: inputs.bias }),
      refusal(convolution, { filter: wrong }),
      refusal(convolution, { bias: wrong }),
      refusal(convolution, {}, { activation: 'gelu' }),
      refusal(convolutionGradient, { output: other, dy: other }),
      refusal(convolutionGradient, { dy: wrong }),
      refusal(transposedConvolution, { x: other, bias: three }, { outputShape: [2, 6, 6, 3] }),
      refusal(transposedConvolutionGradient, { x: other, output: large, dy: large }),
    ]).toMatchInlineSnapshot(`
      [
        "ShapeError: \`AeConvolution\` received \`x\` of the wrong shape.

      Expected: [batch, height, width, inChannels]
      Received: [4]",
        "ShapeError: \`AeConvolution\` received \`filter\` of the wrong shape.

      Expected: [2, 2, 3, outChannels]
      Received: [2, 2, 2, 2]",
        "ShapeError: \`AeConvolution\` received \`bias\` of the wrong shape.

      Expected: [4]
      Received: [2, 2, 2, 2]",
        "AutoencoderError: \`AeConvolution\` received a bad \`activation\`.

      Expected: one of linear, relu, sigmoid, tanh
      Received: "gelu"",
        "ShapeError: \`AeConvolutionGradient\` received \`output\` of the wrong shape.

      Expected: [2, 3, 3, 4]
      Received: [2, 2, 2, 4]",
        "ShapeError: \`AeConvolutionGradient\` received \`dy\` of the wrong shape.

      Expected: [2, 3, 3, 4]
      Received: [2, 2, 2, 2]",
        "ShapeError: \`AeTransposedConvolution\` received \`x\` of the wrong shape.

      Expected: [2, 3, 3, 4]
      Received: [2, 2, 2, 4]",
        "ShapeError: \`AeTransposedConvolutionGradient\` received \`x\` of the wrong shape.

      Expected: [2, 3, 3, 4]
      Received: [2, 2, 2, 4]",
      ]
    `)
  })
})

type Values = Record<'x' | 'filter' | 'bias' | 'dy', number[]>

/** Shapes and numbers of a layer. What a plain one takes in, a transposed one gives. */
function problem(kind: Kind, geometry: Geometry) {
  const { x, filter, out } = shapesOf(geometry)
  const [from, to] = kind === 'convolution' ? [x, out] : [out, x]
  const shapes = { x: from, filter, bias: [to[3]], out: to }
  return {
    shapes,
    x: numbers('x', util.sizeFromShape(from)),
    filter: numbers('filter', util.sizeFromShape(filter), 0.3),
    bias: numbers('bias', to[3]),
    dy: numbers('dy', util.sizeFromShape(to)),
  }
}

/** The layer in float64. */
function layer(kind: Kind, geometry: Geometry, activation: Activation, { x, filter, bias, dy }: Values): number[] {
  const sums = dy.map((_, i) => at(bias, i % bias.length))
  eachProduct(geometry, (image, weight, out) => {
    const [from, to] = kind === 'convolution' ? [image, out] : [out, image]
    sums[to] = at(sums, to) + at(x, from) * at(filter, weight)
  })
  return sums.map(activations[activation])
}

function at(values: readonly number[], place: number): number {
  return Number(values[place])
}
