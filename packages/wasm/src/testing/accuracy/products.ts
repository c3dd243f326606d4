// Matrix products, and the dense layers made of them.
import * as tf from '@tensorflow/tfjs-core'
import { floats, numbers, runKernel, take } from '../kernel-calls.ts'
import { type AccuracyCase, at, type Outcome, product, sigmoid } from './case.ts'

/** Of the four cases of a matrix product. A rounding error is a part of the sum of the magnitudes of its terms. */
export function products(): AccuracyCase[] {
  const [m, k, n] = [128, 784, 400]
  return [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].map(([first = false, second = false]) => {
    const [a, b] = [numbers('a', m * k), numbers('b', k * n)]
    const shapes = [first ? [k, m] : [m, k], second ? [n, k] : [k, n]] as const
    return {
      name: `matMul, ${first ? (second ? 'both' : 'first') : second ? 'second' : 'none'} transposed`,
      size: `[${m}, ${k}] times [${k}, ${n}]`,
      measure: 'its terms',
      bound: 1e-6,
      run: () => {
        const [x, y] = [floats(a, shapes[0]), floats(b, shapes[1])]
        const [actual = []] = take(tf.matMul(x, y, first, second))
        tf.dispose([x, y])
        const [aSteps, bSteps] = [first ? [1, m] : [k, 1], second ? [1, k] : [n, 1]]
        return { actual, ...product(a, aSteps, b, bSteps, [m, k, n]) }
      },
    }
  })
}

const activations = {
  linear: { value: (x: number) => x, slope: () => 1 },
  relu: { value: (x: number) => Math.max(x, 0), slope: (y: number) => (y > 0 ? 1 : 0) },
  sigmoid: { value: sigmoid, slope: (y: number) => y * (1 - y) },
  tanh: { value: Math.tanh, slope: (y: number) => 1 - y * y },
} as const

/** Of a dense layer with each activation. */
export function denseLayers(): AccuracyCase[] {
  const [batch, inSize, outSize] = [128, 784, 400]
  const size = `[${batch}, ${inSize}] to ${outSize}`
  return (Object.keys(activations) as (keyof typeof activations)[]).flatMap((activation): AccuracyCase[] => {
    const { value, slope } = activations[activation]
    const x = numbers('x', batch * inSize)
    const kernel = numbers('kernel', inSize * outSize, 1 / Math.sqrt(inSize))
    const bias = numbers('bias', outSize)
    const dy = numbers('dy', batch * outSize)
    const before = product(x, [inSize, 1], kernel, [outSize, 1], [batch, inSize, outSize])
    const expected = Array.from(before.expected, (sum, i) => value(sum + at(bias, i % outSize)))
    const stored = expected.map(Math.fround)
    const dSum = stored.map((y, i) => at(dy, i) * slope(y))
    const tensors = () => ({
      x: floats(x, [batch, inSize]),
      kernel: floats(kernel, [inSize, outSize]),
      bias: floats(bias, [outSize]),
      output: floats(stored, [batch, outSize]),
      dy: floats(dy, [batch, outSize]),
    })
    const gradient = (which: 0 | 1 | 2) => (): Outcome => {
      const { bias, ...inputs } = tensors()
      const outputs = runKernel('AeDenseGradient', inputs, { activation, needsInput: true })
      tf.dispose([inputs, bias])
      const actual = take(...outputs)[which] ?? []
      const ones = Array.from({ length: batch }, () => 1)
      if (which === 0) return { actual, ...product(x, [1, inSize], dSum, [outSize, 1], [inSize, batch, outSize]) }
      if (which === 1) return { actual, ...product(ones, [1, 1], dSum, [outSize, 1], [1, batch, outSize]) }
      return { actual, ...product(dSum, [outSize, 1], kernel, [1, outSize], [batch, outSize, inSize]) }
    }
    const part = (name: string, which: 0 | 1 | 2): AccuracyCase => ({
      name: `dense, ${activation}, gradient of ${name}`,
      size,
      measure: 'its terms',
      bound: 1e-6,
      run: gradient(which),
    })
    return [
      {
        name: `dense, ${activation}`,
        size,
        measure: 'its terms',
        bound: 1e-6,
        run: () => {
          const { output, dy, ...inputs } = tensors()
          const [actual = []] = take(...runKernel('AeDense', inputs, { activation }))
          tf.dispose([inputs, output, dy])
          return { actual, expected, scale: before.scale }
        },
      },
      part('kernel', 0),
      part('bias', 1),
      part('x', 2),
    ]
  })
}
