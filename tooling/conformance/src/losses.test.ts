import { type GaussianTrace, type Likelihood, type Objective, registerGradients, type Trace, termsOf } from '@ae/core'
import { expectClose, expectNoLeak } from '@ae/library/testing'
import {
  bernoulliNegativeLogLikelihood,
  categorical,
  codebookError,
  commitment,
  continuousBernoulli,
  discretizedLogistic,
  gaussian,
  gaussianKl,
  gaussianKlPerLatent,
  gaussianLogDensity,
  gaussianNegativeLogLikelihood,
  klSparsity,
  l1Sparsity,
  laplace,
  meanSquaredError,
  mixed,
  negativeElbo,
  type QuantizedTrace,
  reparameterize,
  squaredError,
} from '@ae/losses'
import {
  dispose,
  gather,
  grads,
  type Rank,
  reshape,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor2d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import oracle from '../../../reference/oracles/losses.json' with { type: 'json' }
import { expectNear, relativeDifference, type StoredTensor, valuesOf } from './closeness.ts'
import { mixedParts } from './mixed-parts.ts'
import { onBackend } from './on-backend.ts'
import { secondDerivatives } from './second-derivatives.ts'
import { noteError } from './test-meta.ts'

interface Row {
  readonly name: string
  readonly loss: (...inputs: never[]) => Tensor
  readonly oracle: {
    readonly inputs: Readonly<Record<string, StoredTensor>>
    readonly upstream: StoredTensor
    readonly value: StoredTensor
    readonly gradients: Readonly<Record<string, StoredTensor>>
    readonly seconds: Readonly<Record<string, StoredTensor>>
  }
  /** The inputs that are treated as constants. */
  readonly constants: readonly string[]
}

const constants = ['target']
const rows: readonly Row[] = [
  { name: 'bernoulliNegativeLogLikelihood', loss: bernoulliNegativeLogLikelihood, oracle: oracle.bernoulli, constants },
  ...Object.entries(oracle.gaussian).map(([standardDeviation, oracle]) => ({
    name: `gaussianNegativeLogLikelihood, standard deviation ${standardDeviation}`,
    loss: (mean: Tensor, x: Tensor) => gaussianNegativeLogLikelihood(mean, x, Number(standardDeviation)),
    oracle,
    constants,
  })),
  likelihood(continuousBernoulli, oracle.continuousBernoulli),
  likelihood(gaussian({ standardDeviation: 'perFeature' }), oracle.gaussianLearned),
  likelihood(gaussian({ standardDeviation: 'shared' }), oracle.gaussianLearned),
  likelihood(laplace({ scale: 0.4 }), oracle.laplace),
  likelihood(laplace({ scale: 'shared' }), oracle.laplaceLearned),
  likelihood(laplace({ scale: 'perFeature' }), oracle.laplaceLearned),
  likelihood(categorical({ classes: 5 }), oracle.categorical),
  likelihood(discretizedLogistic(), oracle.discretizedLogistic),
  { name: 'squaredError', loss: squaredError().negativeLogLikelihood, oracle: oracle.squaredError, constants },
  likelihood(squaredError({ activation: 'sigmoid' }), oracle.squaredErrorOfSigmoid),
  { ...likelihood(mixed({ parts: mixedParts('perFeature') }), oracle.mixedLearned), name: 'mixed, learned deviations' },
  { ...likelihood(mixed({ parts: mixedParts(2) }), oracle.mixed), name: 'mixed, fixed deviations' },
  { name: 'commitment', loss: quantized('commitment'), oracle: oracle.commitment, constants },
  { name: 'codebookError', loss: quantized('codebook'), oracle: oracle.codebookError, constants },
  { name: 'meanSquaredError', loss: meanSquaredError, oracle: oracle.meanSquaredError, constants },
  { name: 'gaussianKl', loss: gaussianKl, oracle: oracle.gaussianKl, constants: [] },
  { name: 'gaussianKlPerLatent', loss: gaussianKlPerLatent, oracle: oracle.gaussianKlPerLatent, constants: [] },
  { name: 'gaussianLogDensity', loss: gaussianLogDensity, oracle: oracle.gaussianLogDensity, constants: [] },
  penalty('free bits', negativeElbo({ freeBits: 0.2 }), oracle.freeBits),
  penalty('capacity', negativeElbo({ capacity: 3 }), oracle.capacity),
  sparsity('klSparsity', klSparsity(), oracle.klSparsity),
  sparsity('l1Sparsity', l1Sparsity(), oracle.l1Sparsity),
  { name: 'reparameterize', loss: reparameterize, oracle: oracle.reparameterize, constants: ['noise'] },
]

function likelihood({ negativeLogLikelihood, config }: Likelihood, oracle: Row['oracle']): Row {
  return { name: JSON.stringify(config), loss: negativeLogLikelihood, oracle, constants }
}

function sparsity(name: string, objective: Objective<Trace, 'sparsity'>, oracle: Row['oracle']): Row {
  const loss = (code: Tensor2D) => termsOf(objective, { code } as Trace).sparsity.value
  return { name, loss, oracle, constants: [] }
}

/** An error of a codebook, as a function of what it trains and what it treats as constant. */
function quantized(term: 'commitment' | 'codebook'): (moved: Tensor2D, constant: Tensor2D) => Tensor {
  return (moved, constant) =>
    tidy(() => {
      const indices = tensor2d(oracle.indices.values, oracle.indices.shape as [number, number], 'int32')
      const codebook = term === 'codebook' ? moved : zeros<Rank.R2>([5, 2])
      const code = term === 'codebook' ? reshape<Rank.R2>(gather(moved, reshape(indices, [-1])), [4, 6]) : constant
      const embeddings = term === 'codebook' ? constant : moved
      const trace = { code, quantization: { embeddings, indices, codebook } } as QuantizedTrace
      return term === 'codebook'
        ? termsOf(codebookError(), trace).codebook.value
        : termsOf(commitment(), trace).commitment.value
    })
}

/** Only the penalty: the objective's other results are released and not compared. */
function penalty(name: string, objective: Objective<GaussianTrace, 'penalty'>, oracle: Row['oracle']): Row {
  const loss = (mean: Tensor2D, logVariance: Tensor2D) =>
    tidy(() => {
      const likelihood = { negativeLogLikelihood: () => mean } as unknown as Likelihood
      const trace = { posterior: { mean, logVariance }, likelihood } as GaussianTrace
      return termsOf(objective, trace).penalty.value
    })
  return { name, loss, oracle, constants: [] }
}

onBackend('losses agree with PyTorch, each value and gradient within 1e-5', () => {
  test.each(rows)('$name', ({ loss, oracle, constants }) =>
    expectNoLeak(async () => {
      registerGradients()
      const inputs = Object.entries(oracle.inputs).map(([name, { shape, values }]) => ({
        name,
        x: tensor([...values], [...shape]),
        constant: constants.includes(name),
      }))
      const upstream = tensor([...oracle.upstream.values], [...oracle.upstream.shape])
      const program = (...free: Tensor[]) => {
        const rest = [...free]
        return (loss as (...all: Tensor[]) => Tensor)(
          ...inputs.map(({ x, constant }) => (constant ? x : (rest.shift() as Tensor2D))),
        )
      }
      const free = inputs.filter(({ constant }) => !constant)
      const points = free.map(({ x }) => x)
      const value = program(...points)
      const gradients = grads(program)(points, upstream)
      const seconds = secondDerivatives(program, points, upstream)
      const named = (tensors: Tensor[]) => Object.fromEntries(free.map(({ name }, i) => [name, tensors[i] as Tensor]))
      const actual = await valuesOf({ value, ...named(gradients) })
      const actualSeconds = await valuesOf(named(seconds))
      dispose([value, upstream, ...gradients, ...seconds, ...inputs.map(({ x }) => x)])
      const expected = Object.fromEntries(free.map(({ name }) => [name, oracle.gradients[name]?.values ?? []]))
      for (const [name, values] of Object.entries({ value: oracle.value.values, ...expected })) {
        noteError(relativeDifference(actual[name] ?? [], values))
        expectClose(actual[name] ?? [], values, { relative: 1e-5, absolute: 1e-6 })
      }
      const expectedSeconds = Object.entries(oracle.seconds).map(([name, { values }]) => [name, values])
      expectNear(actualSeconds, Object.fromEntries(expectedSeconds), 1e-5)
    }),
  )
})
