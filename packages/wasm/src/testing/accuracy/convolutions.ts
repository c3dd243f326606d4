// Convolution layers, plain and transposed, and their gradients.
import * as tf from '@tensorflow/tfjs-core'
import { type Convolution, eachProduct, shapesOf } from '../convolution.ts'
import { floats, numbers, runKernel, take } from '../kernel-calls.ts'
import { type AccuracyCase, at, type Outcome } from './case.ts'

/** Of a convolution with stride 2. */
export function convolutions(): AccuracyCase[] {
  const geometry = { image: [8, 14, 14, 16], filter: [3, 3, 32], strides: [2, 2], pad: 'same' } as const
  const { x: xShape, filter: filterShape, out: outShape } = shapesOf(geometry as unknown as Convolution)
  const sizes = [xShape, filterShape, outShape].map((shape) => shape.reduce((all, length) => all * length, 1))
  const [x, filter, out] = [numbers('x', at(sizes, 0)), numbers('filter', at(sizes, 1)), numbers('out', at(sizes, 2))]
  /** Of the three, one is the sum of products of the other two. */
  const sumInto = (target: 'x' | 'filter' | 'out'): Omit<Outcome, 'actual'> => {
    const length = at(sizes, ['x', 'filter', 'out'].indexOf(target))
    const [expected, scale] = [new Float64Array(length), new Float64Array(length)]
    eachProduct(geometry as unknown as Convolution, (i, j, l) => {
      const [place, term] =
        target === 'x'
          ? [i, at(filter, j) * at(out, l)]
          : target === 'filter'
            ? [j, at(x, i) * at(out, l)]
            : [l, at(x, i) * at(filter, j)]
      expected[place] = at(expected, place) + term
      scale[place] = at(scale, place) + Math.abs(term)
    })
    return { expected, scale }
  }
  const size = `[${xShape.join(', ')}], filter [${filterShape.join(', ')}], stride 2`
  const attributes = { activation: 'linear', strides: [2, 2], pad: 'same' }
  const common = { size, measure: 'its terms', bound: 1e-6 } as const
  const tensors = () => ({
    x: floats(x, xShape),
    filter: floats(filter, filterShape),
    out: floats(out, outShape),
    outBias: tf.zeros([outShape[3]]),
    xBias: tf.zeros([xShape[3]]),
  })
  const run = (compute: (t: ReturnType<typeof tensors>) => tf.Tensor | undefined): number[] => {
    const [actual = []] = take(
      tf.tidy(() => {
        const result = compute(tensors())
        return result as tf.Tensor
      }),
    )
    return actual
  }
  const [convolution, convolutionGradient, transposedConvolution, transposedConvolutionGradient] = [
    'AeConvolution',
    'AeConvolutionGradient',
    'AeTransposedConvolution',
    'AeTransposedConvolutionGradient',
  ]
  const plain = (which: number) => (t: ReturnType<typeof tensors>) =>
    runKernel(
      convolutionGradient,
      { x: t.x, filter: t.filter, output: t.out, dy: t.out },
      { ...attributes, needsInput: true },
    )[which]
  const transposed = (which: number) => (t: ReturnType<typeof tensors>) =>
    runKernel(
      transposedConvolutionGradient,
      { x: t.out, filter: t.filter, output: t.x, dy: t.x },
      { ...attributes, needsInput: true },
    )[which]
  return [
    {
      ...common,
      name: 'convolution',
      run: () => ({
        actual: run((t) => runKernel(convolution, { x: t.x, filter: t.filter, bias: t.outBias }, attributes)[0]),
        ...sumInto('out'),
      }),
    },
    {
      ...common,
      name: 'convolution, gradient of filter',
      run: () => ({ actual: run(plain(0)), ...sumInto('filter') }),
    },
    { ...common, name: 'convolution, gradient of x', run: () => ({ actual: run(plain(2)), ...sumInto('x') }) },
    {
      ...common,
      name: 'transposed convolution',
      run: () => ({
        actual: run(
          (t) =>
            runKernel(
              transposedConvolution,
              { x: t.out, filter: t.filter, bias: t.xBias },
              { ...attributes, outputShape: xShape },
            )[0],
        ),
        ...sumInto('x'),
      }),
    },
    {
      ...common,
      name: 'transposed convolution, gradient of filter',
      run: () => ({ actual: run(transposed(0)), ...sumInto('filter') }),
    },
    {
      ...common,
      name: 'transposed convolution, gradient of x',
      run: () => ({ actual: run(transposed(2)), ...sumInto('out') }),
    },
  ]
}
