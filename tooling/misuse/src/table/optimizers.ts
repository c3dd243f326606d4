// The calls of @ae/core that make optimisers and schedules.
import * as core from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const { count, integer, number, object, options } = kinds

const decay = number((value) => value >= 0 && value < 1)
const ofOptimizer = { learningRate: kinds.schedule(kinds.positive), weightDecay: kinds.nonNegative }
const adamOptions = { ...ofOptimizer, beta1: decay, beta2: decay, epsilon: kinds.positive }

const ramp = { from: number(), to: number(), steps: count }
const weight = tf.variable(tf.ones([2]))

export const optimizerCalls: readonly Call[] = [
  call('adam', [place(options({ ...adamOptions, uncorrectedEpsilon: kinds.flag }), {})], core.adam),
  call('adamW', [place(options({ ...adamOptions, uncorrectedEpsilon: kinds.flag }), {})], core.adamW),
  call('rAdam', [place(options({ ...adamOptions, decoupled: kinds.flag }), {})], core.rAdam),
  call(
    'sgd',
    [
      place(options({ ...ofOptimizer, momentum: decay, dampening: kinds.nonNegative, nesterov: kinds.flag }), {
        momentum: 0.9,
      }),
    ],
    core.sgd,
  ),
  call(
    'rmsProp',
    [
      place(
        options({ ...ofOptimizer, decayRate: decay, epsilon: kinds.positive, momentum: decay, centered: kinds.flag }),
        {},
      ),
    ],
    core.rmsProp,
  ),
  call(
    'adagrad',
    [
      place(
        options({
          ...ofOptimizer,
          learningRateDecay: kinds.nonNegative,
          initialSum: kinds.nonNegative,
          epsilon: kinds.positive,
        }),
        {},
      ),
    ],
    core.adagrad,
  ),
  call('lion', [place(options({ ...ofOptimizer, beta1: decay, beta2: decay }), {})], core.lion),
  call(
    'clip',
    [place(world.optimizer, core.adam()), place(options({ norm: kinds.positive }, ['norm']), { norm: 1 })],
    core.clip,
  ),
  call(
    'accumulate',
    [place(world.optimizer, core.adam()), place(options({ steps: count }, ['steps']), { steps: 2 })],
    core.accumulate,
  ),
  call(
    'average',
    [
      place(world.optimizer, core.adam()),
      place(options({ decay, after: integer(0), adopt: kinds.flag }, ['decay']), { decay: 0.9 }),
    ],
    core.average,
  ),
  call('constant', [place(number(), 1)], core.constant),
  call(
    'sequence',
    [
      place(
        kinds.listOf(object('a part', { schedule: kinds.schedule(number()), steps: kinds.oneOf(undefined) }), 1, 1),
        [{ schedule: 1 }],
      ),
    ],
    core.sequence,
  ),
  call(
    'exponential',
    [
      place(options({ from: number(), factor: kinds.positive, steps: count }, ['from', 'factor']), {
        from: 1,
        factor: 0.9,
      }),
    ],
    core.exponential,
  ),
  call(
    'stepDecay',
    [
      place(options({ from: number(), factor: kinds.positive, every: count }, ['from', 'factor', 'every']), {
        from: 1,
        factor: 0.9,
        every: 10,
      }),
    ],
    core.stepDecay,
  ),
  call(
    'oneCycle',
    [
      place(
        options(
          {
            maximum: kinds.positive,
            steps: count,
            warmUp: kinds.probability,
            shape: kinds.oneOf('cosine', 'linear'),
            initialDivisor: kinds.positive,
            finalDivisor: kinds.positive,
          },
          ['maximum', 'steps'],
        ),
        { maximum: 1, steps: 10 },
      ),
    ],
    core.oneCycle,
  ),
  call('adam.create', [place(world.variables, { weight })], (variables) => core.adam().create(variables)),
  call('linear', [place(options(ramp, ['from', 'to', 'steps']), { from: 0, to: 1, steps: 3 })], core.linear),
  call('cosine', [place(options(ramp, ['from', 'to', 'steps']), { from: 0, to: 1, steps: 3 })], core.cosine),
  call(
    'cyclical',
    [
      place(
        options(
          {
            from: number(),
            to: number(),
            steps: count,
            cycles: count,
            rampFraction: number((value) => value > 0 && value <= 1),
          },
          ['steps', 'cycles'],
        ),
        { steps: 10, cycles: 2 },
      ),
    ],
    core.cyclical,
  ),
]
