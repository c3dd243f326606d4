// Sums of up to ten million terms, of numbers between 0 and 1: of one sign, so that no rounding error cancels another. Some are of
// equal terms, whose rounding errors are equal too.
import { sizeOfShape, uniforms } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Convolution, eachProduct, shapesOf } from '../convolution.ts'
import { runKernel, take } from '../kernel-calls.ts'
import { type AccuracyCase, at, product, rowSums, sigmoid } from './case.ts'

const million = 1_000_000

/** Of large arrays. */
export function large(): AccuracyCase[] {
  return [...reductions(), ...products(), ...losses(), ...divergences(), ...convolutions()]
}

function reductions(): AccuracyCase[] {
  const over = (
    name: string,
    [blocks, rows, columns]: readonly [number, number, number],
    compute: (x: tf.Tensor) => tf.Tensor,
  ) =>
    largeCase(name, `[${[blocks, rows, columns].join(', ')}]`, () => {
      const x = between('x', [blocks, rows, columns])
      return { actual: () => [compute(x.tensor())], expected: sumsOf(x.numbers, blocks, rows, columns) }
    })
  return [
    over('sum over all axes', [1, 10 * million, 1], (x) => tf.sum(x)),
    over('sum over the last axes', [4, million, 1], (x) => tf.sum(x, [1, 2])),
    over('sum over a middle axis', [2, million, 5], (x) => tf.sum(x, 1)),
    over('sum over the first axes', [1, 2 * million, 5], (x) => tf.sum(x, [0, 1])),
    largeCase('mean over all axes', '4,000,000 times 0.1', () => ({
      actual: () => [tf.mean(tf.fill([4 * million], 0.1))],
      expected: [Math.fround(0.1)],
    })),
  ]
}

function products(): AccuracyCase[] {
  const gradient = (name: string, which: 0 | 1) =>
    largeCase(`dense, linear, gradient of ${name}`, '[1000000, 2] to 3', () => {
      const [x, dy] = [between('x', [million, 2]), between('dy', [million, 3])]
      const inputs = () => ({ x: x.tensor(), kernel: tf.zeros([2, 3]), output: dy.tensor(), dy: dy.tensor() })
      return {
        actual: () => [
          outputOf(runKernel('AeDenseGradient', inputs(), { activation: 'linear', needsInput: false }), which),
        ],
        expected:
          which === 0
            ? product(x.numbers, [1, 2], dy.numbers, [3, 1], [2, million, 3]).expected
            : sumsOf(dy.numbers, 1, million, 3),
      }
    })
  return [
    largeCase('matMul', '[4, 1000000] times [1000000, 3]', () => {
      const [a, b] = [between('a', [4, million]), between('b', [million, 3])]
      return {
        actual: () => [tf.matMul(a.tensor() as tf.Tensor2D, b.tensor() as tf.Tensor2D)],
        expected: product(a.numbers, [million, 1], b.numbers, [3, 1], [4, million, 3]).expected,
      }
    }),
    gradient('kernel', 0),
    gradient('bias', 1),
  ]
}

function losses(): AccuracyCase[] {
  const features = 512 * 512 * 3
  const loss = (name: string, input: string, kernel: string, term: (output: number, target: number) => number) =>
    largeCase(`${name}, summed over features`, `[2, ${features}]`, () => {
      const [output, target] = [between('output', [2, features]), between('target', [2, features])]
      return {
        actual: () => runKernel(kernel, { [input]: output.tensor(), target: target.tensor() }),
        expected: rowSums(2, features, (i) => term(at(output.numbers, i), at(target.numbers, i))),
      }
    })
  const [bernoulli, sumOfSquares, sumOfSquaresOfSigmoid] = ['AeBernoulli', 'AeSumOfSquares', 'AeSumOfSquaresOfSigmoid']
  return [
    loss('Bernoulli', 'logits', bernoulli, (l, t) => l - l * t + Math.log1p(Math.exp(-l))),
    loss('squares', 'prediction', sumOfSquares, (x, t) => (x - t) ** 2),
    loss('squares of sigmoid', 'output', sumOfSquaresOfSigmoid, (x, t) => (sigmoid(x) - t) ** 2),
  ]
}

function divergences(): AccuracyCase[] {
  return [
    largeCase('Gaussian KL, summed over latents', '[2, 1000000], all 0.3', () => {
      const [mean, logVariance] = [equal([2, million]), equal([2, million])]
      return {
        actual: () => runKernel('AeGaussianKl', { mean: mean.tensor(), logVariance: logVariance.tensor() }),
        expected: rowSums(2, million, (i) => {
          const [m, v] = [at(mean.numbers, i), at(logVariance.numbers, i)]
          return (Math.expm1(v) + m * m - v) / 2
        }),
      }
    }),
    largeCase('KL sparsity', '[1000000, 3]', () => {
      const code = between('code', [million, 3])
      const kl = (a: number) => 0.05 * Math.log(0.05 / a) + 0.95 * Math.log(0.95 / (1 - a))
      return {
        actual: () => runKernel('AeKlSparsity', { code: code.tensor() }, { rate: 0.05 }),
        expected: [sumsOf(code.numbers, 1, million, 3).reduce((total, sum) => total + kl(sum / million), 0)],
      }
    }),
    largeCase('total of terms', 'a term of [10000000]', () => {
      const term0 = between('term', [10 * million])
      const mean = at(sumsOf(term0.numbers, 1, 10 * million, 1), 0) / (10 * million)
      return {
        actual: () => runKernel('AeTotalOfTerms', { term0: term0.tensor() }, { weights: [2] }),
        expected: [mean, 2 * mean],
      }
    }),
  ]
}

function convolutions(): AccuracyCase[] {
  const geometry: Convolution = { image: [1, 512, 512, 2], filter: [3, 3, 3], pad: 'same' }
  const { x: imageShape, filter: filterShape, out: mapShape } = shapesOf(geometry)
  const attributes = { activation: 'linear', strides: [1, 1], pad: 'same', needsInput: false }
  return [false, true].flatMap((isTransposed) =>
    (['filter', 'bias'] as const).map((name, which) =>
      largeCase(
        `${isTransposed ? 'transposed ' : ''}convolution, gradient of ${name}`,
        `[${imageShape.join(', ')}], filter [${filterShape.join(', ')}], all 0.3`,
        () => {
          const [image, map] = [equal(imageShape), equal(mapShape)]
          const [x, dy] = isTransposed ? [map, image] : [image, map]
          const [convolutionGradient, transposedConvolutionGradient] = [
            'AeConvolutionGradient',
            'AeTransposedConvolutionGradient',
          ]
          const kernel = isTransposed ? transposedConvolutionGradient : convolutionGradient
          const inputs = () => ({ x: x.tensor(), filter: tf.zeros(filterShape), output: dy.tensor(), dy: dy.tensor() })
          const filter = new Float64Array(which === 0 ? sizeOfShape(filterShape) : 0)
          if (which === 0) {
            eachProduct(geometry, (i, j, l) => {
              filter[j] = at(filter, j) + at(image.numbers, i) * at(map.numbers, l)
            })
          }
          const channels = isTransposed ? imageShape[3] : mapShape[3]
          return {
            actual: () => [outputOf(runKernel(kernel, inputs(), attributes), which)],
            expected: which === 0 ? filter : sumsOf(dy.numbers, 1, 512 * 512, channels),
          }
        },
      ),
    ),
  )
}

/** A case whose sums are of one sign: no error is above 2e-6 of them. */
function largeCase(
  name: string,
  size: string,
  make: () => { actual: () => tf.Tensor[]; expected: ArrayLike<number> },
): AccuracyCase {
  return {
    name,
    size,
    measure: 'the number',
    bound: 2e-6,
    run: () => {
      const { actual, expected } = make()
      return { actual: take(...tf.tidy(actual)).flat(), expected }
    },
  }
}

/** Numbers between 0 and 1, and tensors of them. */
function between(name: string, shape: readonly number[]): Numbers {
  return tensorsOf(uniforms(name, {}, sizeOfShape(shape)), shape)
}

function equal(shape: readonly number[]): Numbers {
  return tensorsOf(new Float32Array(sizeOfShape(shape)).fill(0.3), shape)
}

interface Numbers {
  readonly numbers: Float32Array
  readonly tensor: () => tf.Tensor
}

function tensorsOf(numbers: Float32Array, shape: readonly number[]): Numbers {
  return { numbers, tensor: () => tf.tensor(numbers, [...shape]) }
}

/** The sums over the rows of [blocks, rows, columns]. */
function sumsOf(x: ArrayLike<number>, blocks: number, rows: number, columns: number): number[] {
  return Array.from({ length: blocks * columns }, (_, place) => {
    const first = Math.floor(place / columns) * rows * columns + (place % columns)
    let total = 0
    for (let row = 0; row < rows; row++) total += at(x, first + row * columns)
    return total
  })
}

function outputOf(tensors: readonly tf.Tensor[], which: number): tf.Tensor {
  return tensors[which] as tf.Tensor
}
