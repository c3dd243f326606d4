// Adam (Kingma and Ba, 2015, algorithm 1) as PyTorch computes it: epsilon outside the root, on the corrected moment.
import * as tf from '@tensorflow/tfjs-core'
import { variablesOption } from '../checks/members.ts'
import { assertOption, assertOptions, type OptionCheck, positiveNumber } from '../checks/options.ts'
import { runFused } from '../kernels/kernel.ts'
import type { Schedule } from '../objective-types.ts'
import type { Optimizer, OptimizerState } from './optimizer.ts'
import { valueAt } from './schedules.ts'
import { withStepSize } from './step-size.ts'

/** Options of {@link adam}. */
export interface AdamOptions {
  /** The step size, above 0, or a function of the steps made so far. Defaults to 0.001. */
  readonly learningRate?: Schedule | undefined
  /** Decay rate of the gradient's mean, in [0, 1). Defaults to 0.9. */
  readonly beta1?: number | undefined
  /** Decay rate of the squared gradient's mean, in [0, 1). Defaults to 0.999. */
  readonly beta2?: number | undefined
  /** Added to the root of the second moment, above 0, the same on every backend. Defaults to 1e-8. */
  readonly epsilon?: number | undefined
}

/**
 * Adam: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
 * p = p - learningRate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
 *
 * A variable that gets no gradient in a step keeps its moments; t counts the steps of the run.
 *
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015, algorithm 1
 */
export function adam(options: AdamOptions = {}): Optimizer {
  assertOptions('adam', options, { learningRate, beta1: decay, beta2: decay, epsilon: positiveNumber })
  const settings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, ...withoutUndefined(options) }
  const { learningRate: rate, ...config } = settings
  return {
    kind: 'adam',
    config: typeof rate === 'function' ? config : { learningRate: rate, ...config },
    create(variables) {
      assertOption('adam', 'variables', variables, variablesOption)
      return createState(variables, settings)
    },
  }
}

type Settings = Required<{ [name in keyof AdamOptions]: NonNullable<AdamOptions[name]> }>

function createState(variables: Readonly<Record<string, tf.Variable>>, settings: Settings): OptimizerState {
  const names = Object.keys(variables)
  const slots: Record<string, tf.Variable> = {}
  const zeros = (name: string) => tf.tidy(() => tf.variable(tf.zerosLike(variables[name] as tf.Variable), false))
  for (const slot of ['mean', 'square']) for (const name of names) slots[`${slot}.${name}`] = zeros(name)
  const { learningRate: rate, beta1, beta2, epsilon } = settings
  const current = { factor: 1, at: (step: number) => current.factor * valueAt('adam', 'learningRate', rate, step) }
  const apply: OptimizerState['apply'] = (gradients, step) => {
    const moved = names.filter((name) => gradients[name] !== undefined)
    const inputs: Record<string, tf.Tensor> = {}
    const targets: tf.Variable[] = []
    const add = (input: string, of: (name: string) => tf.Tensor | undefined) =>
      moved.forEach((name, i) => {
        inputs[`${input}${i}`] = of(name) as tf.Tensor
      })
    add('parameter', (name) => variables[name])
    add('gradient', (name) => gradients[name])
    add('mean', (name) => slots[`mean.${name}`])
    add('square', (name) => slots[`square.${name}`])
    for (const input of ['parameter', 'mean', 'square']) {
      for (let i = 0; i < moved.length; i++) targets.push(inputs[`${input}${i}`] as tf.Variable)
    }
    const attributes = {
      count: moved.length,
      learningRate: current.at(step),
      beta1,
      beta2,
      epsilon,
      step: step + 1,
    }
    tf.tidy(() => {
      const moves = runFused('AeAdam', inputs, attributes, () => composeStep(inputs, attributes))
      targets.forEach((target, i) => {
        target.assign(moves[i] as tf.Tensor)
      })
    })
  }
  return {
    slots,
    apply: withStepSize(apply, current.at),
    rate: current,
    dispose() {
      for (const slot of Object.values(slots)) slot.dispose()
    },
  }
}

interface StepAttributes {
  readonly count: number
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly step: number
}

/** The step of every variable from core ops: the new parameters, then the new means, then the new squares. */
function composeStep(
  inputs: Readonly<Record<string, tf.Tensor>>,
  { count, learningRate, beta1, beta2, epsilon, step }: StepAttributes,
): tf.Tensor[] {
  const parameters: tf.Tensor[] = []
  const means: tf.Tensor[] = []
  const squares: tf.Tensor[] = []
  const rootOfCorrection = Math.sqrt(1 - beta2 ** step)
  const stepSize = learningRate / (1 - beta1 ** step)
  for (let i = 0; i < count; i++) {
    const input = (name: string) => inputs[`${name}${i}`] as tf.Tensor
    const gradient = input('gradient')
    const mean = tf.add(tf.mul(input('mean'), beta1), tf.mul(gradient, 1 - beta1))
    const square = tf.add(tf.mul(input('square'), beta2), tf.mul(tf.square(gradient), 1 - beta2))
    const divisor = tf.add(tf.div(tf.sqrt(square), rootOfCorrection), epsilon)
    parameters.push(tf.sub(input('parameter'), tf.mul(tf.div(mean, divisor), stepSize)))
    means.push(mean)
    squares.push(square)
  }
  return [...parameters, ...means, ...squares]
}

const decay: OptionCheck = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? undefined : 'a number in [0, 1)'
const learningRate: OptionCheck = (value) =>
  typeof value === 'function' || positiveNumber(value) === undefined
    ? undefined
    : 'a finite number above 0, or a function of the step'

function withoutUndefined(options: AdamOptions): Partial<Settings> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
