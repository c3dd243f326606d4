// Functions of single numbers, sums of many, Adam, and what is made from bytes or from nothing.
import { normals, randomNormal, randomUniform, uniforms } from '@ae/core'
import { adamStep } from '@ae/library/kernel-calls'
import * as tf from '@tensorflow/tfjs-core'
import { floats, numbers, runKernel, take } from '../kernel-calls.ts'
import { type AccuracyCase, at, product, sigmoid } from './case.ts'

/** Over a hundred thousand numbers, evenly apart. */
export function functions(): AccuracyCase[] {
  const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
  const throughDense = (activation: string) => (x: tf.Tensor) => {
    const inputs = { x: tf.reshape(x, [-1, 1]), kernel: tf.ones([1, 1]), bias: tf.zeros([1]) }
    return runKernel('AeDense', inputs, { activation })[0] as tf.Tensor
  }
  const rows: [string, (x: tf.Tensor) => tf.Tensor, (x: number) => number, number, number][] = [
    ['exp', tf.exp, Math.exp, -87, 88],
    ['tanh', tf.tanh, Math.tanh, -10, 10],
    ['softplus', tf.softplus, softplus, -80, 80],
    ['log1p of e^x, x below 0', tf.softplus, (x) => Math.log1p(Math.exp(x)), -20, 0],
    ['leakyRelu', (x) => tf.leakyRelu(x, 0.25), (x) => (x < 0 ? 0.25 * x : x), -10, 10],
    ['sigmoid, of a dense layer', throughDense('sigmoid'), sigmoid, -80, 80],
    ['tanh, of a dense layer', throughDense('tanh'), Math.tanh, -10, 10],
  ]
  return rows.map(([name, op, reference, from, to]) => ({
    name,
    size: `100,001 numbers from ${from} to ${to}`,
    measure: 'the number',
    bound: 3e-7,
    run: () => {
      const x = Array.from({ length: 100_001 }, (_, i) => Math.fround(from + ((to - from) * i) / 100_000))
      const [actual = []] = take(tf.tidy(() => op(floats(x, [x.length]))))
      return { actual, expected: x.map(reference) }
    },
  }))
}

/** Of two numbers each: rounded once, as 32-bit numbers are. */
export function arithmetic(): AccuracyCase[] {
  const [a, b] = [numbers('a', 100_001), numbers('b', 100_001)]
  const rows: [string, (x: tf.Tensor, y: tf.Tensor) => tf.Tensor, (x: number, y: number) => number][] = [
    ['sum of two', tf.add, (x, y) => x + y],
    ['difference', tf.sub, (x, y) => x - y],
    ['product of two', tf.mul, (x, y) => x * y],
    ['quotient', tf.div, (x, y) => x / y],
  ]
  return rows.map(([name, op, reference]) => ({
    name,
    size: '100,001 pairs',
    measure: 'the number',
    bound: 2 ** -24,
    run: () => {
      const [actual = []] = take(tf.tidy(() => op(floats(a, [a.length]), floats(b, [b.length]))))
      return { actual, expected: a.map((x, i) => reference(x, at(b, i))) }
    },
  }))
}

/** Of sums over a batch. */
export function sums(): AccuracyCase[] {
  const [rows, columns] = [6272, 32]
  const x = numbers('x', rows * columns)
  const ones = Array.from({ length: rows }, () => 1)
  const code = numbers('code', 128 * 64).map((value) => Math.fround(0.01 + 0.98 * sigmoid(value)))
  const rate = 0.05
  const means = Array.from({ length: 64 }, (_, unit) => {
    let total = 0
    for (let row = 0; row < 128; row++) total += at(code, row * 64 + unit)
    return total / 128
  })
  const slopes = means.map((a) => ((1 - rate) / (1 - a) - rate / a) / 128)
  const term = numbers('term', 128).map((value) => 100 + value)
  const mean = term.reduce((sum, value) => sum + value, 0) / term.length
  const onCode = (kernel: string, others: () => tf.NamedTensorMap) =>
    take(...tf.tidy(() => runKernel(kernel, { code: floats(code, [128, 64]), ...others() }, { rate })))[0] ?? []
  return [
    {
      name: 'sum over the first axes',
      size: `[${rows}, ${columns}] to [${columns}]`,
      measure: 'its terms',
      bound: 2e-7,
      run: () => {
        const [actual = []] = take(tf.tidy(() => tf.sum(floats(x, [rows, columns]), 0)))
        return { actual, ...product(ones, [1, 1], x, [columns, 1], [1, rows, columns]) }
      },
    },
    {
      name: 'KL sparsity',
      size: '[128, 64]',
      measure: 'the number',
      bound: 1e-6,
      run: () => ({
        actual: onCode('AeKlSparsity', () => ({})),
        expected: [
          means.reduce((sum, a) => sum + rate * Math.log(rate / a) + (1 - rate) * Math.log((1 - rate) / (1 - a)), 0),
        ],
      }),
    },
    {
      name: 'KL sparsity, gradient',
      size: '[128, 64]',
      measure: 'the number',
      bound: 1e-6,
      run: () => ({
        actual: onCode('AeKlSparsityGradient', () => ({ dy: tf.scalar(1) })),
        expected: code.map((_, i) => at(slopes, i % 64)),
      }),
    },
    {
      name: 'total of terms',
      size: 'two terms of [128]',
      measure: 'the number',
      bound: 5e-7,
      run: () => {
        const terms = () => ({ term0: floats(term, [128]), term1: floats(term, [128]) })
        const results = tf.tidy(() => runKernel('AeTotalOfTerms', terms(), { weights: [1, 0.5] }))
        return { actual: take(...results).flat(), expected: [mean, mean, 1.5 * mean] }
      },
    },
  ]
}

/** Of the change that a step makes. */
export function adam(): AccuracyCase {
  const size = 100_001
  return {
    name: 'Adam, the change of a parameter',
    size: `${size.toLocaleString('en-US')} numbers, step 1000`,
    measure: 'its terms',
    bound: 1e-6,
    run: () => {
      const [gradient, mean] = [numbers('gradient', size, 1e-3), numbers('mean', size, 1e-3)]
      const square = numbers('square', size, 1e-3).map((x) => Math.fround(x * x))
      const [actual = []] = take(
        tf.tidy(() => {
          const inputs = {
            parameter0: tf.zeros([size]),
            gradient0: floats(gradient, [size]),
            a0: floats(mean, [size]),
            b0: floats(square, [size]),
          }
          return runKernel('AeOptimize', inputs, adamStep({ step: 1000 }))[0] as tf.Tensor
        }),
      )
      const moments = gradient.map((g, i) => {
        const m = [0.9 * at(mean, i), 0.1 * g] as const
        const v = 0.999 * at(square, i) + 0.001 * g * g
        const factor = 1e-3 / (1 - 0.9 ** 1000) / (Math.sqrt(v / (1 - 0.999 ** 1000)) + 1e-8)
        return { change: -factor * (m[0] + m[1]), scale: factor * (Math.abs(m[0]) + Math.abs(m[1])) }
      })
      // Mean and gradient may cancel; the error is part of both.
      return { actual, expected: moments.map(({ change }) => change), scale: moments.map(({ scale }) => scale) }
    },
  }
}

/** Of what has the same bits everywhere. */
export function made(): AccuracyCase[] {
  const count = 100_001
  const exact = { measure: 'the number', bound: 0 } as const
  const address = { seed: 1, step: 2 }
  const size = `${count.toLocaleString('en-US')} numbers`
  return [
    {
      ...exact,
      name: 'bytes as fractions of 255, against the nearest float32',
      size: 'all 256',
      run: () => {
        const every = Uint8Array.from({ length: 256 }, (_, i) => i)
        const [actual = []] = take(
          ...tf.tidy(() => runKernel('AeByteFractions', { bytes: tf.tensor(every, [256], 'bool') })),
        )
        return { actual, expected: Array.from(every, (byte) => Math.fround(byte / 255)) }
      },
    },
    {
      ...exact,
      name: 'normal numbers, against those of JavaScript',
      size,
      run: () => {
        const [actual = []] = take(randomNormal([count], 'posterior', address))
        return { actual, expected: normals('posterior', address, count) }
      },
    },
    {
      ...exact,
      name: 'uniform numbers, against those of JavaScript',
      size,
      run: () => {
        const [actual = []] = take(randomUniform([count], 'posterior', address))
        return { actual, expected: uniforms('posterior', address, count) }
      },
    },
  ]
}
