// An exponential moving average of the weights (Polyak averaging), kept beside them while they are trained.
import * as tf from '@tensorflow/tfjs-core'
import { assertMembers } from '../../checks/arguments.ts'
import { variablesOption } from '../../checks/members.ts'
import { assertOption, assertOptions, flagOption, functionOption, nonNegativeInteger } from '../../checks/options.ts'
import { OptionError } from '../../errors.ts'
import type { Trainable } from '../../model.ts'
import { type Optimizer, optimizerOption } from '../optimizer.ts'
import { decayRate } from './options.ts'
import { asAveraged, hasAverages, noteAverages } from './running-averages.ts'
import { wrapped } from './wrap.ts'

/** Options of {@link average}. */
export interface AverageOptions {
  /** The part of the average that stays in each step, in [0, 1), e.g. 0.999: it then looks back some 1 / (1 - decay) steps. */
  readonly decay: number
  /** The first steps, in which the average is only a copy of the weights, at least 0. Defaults to 0; the first step always copies. */
  readonly after?: number | undefined
  /**
   * Whether the model has the averaged weights when the run is over, however it ends, as in Keras and Lightning. Defaults to true.
   * With false it has those of the last step.
   */
  readonly adopt?: boolean | undefined
}

/**
 * An optimiser that also keeps an exponential moving average of the weights: a = decay a + (1 - decay) w after each step.
 *
 * The validation of `train` takes the averaged weights; {@link withAveragedWeights} takes them for anything else, such as saving or
 * sampling in the middle of a run. Training itself goes on with the weights of the last step, and a checkpoint holds both. A variable
 * that gets no gradient in a step keeps its average; the running averages of batch normalisation are not averaged once more.
 *
 * @param optimizer the one that moves the variables
 * @returns an optimiser; replayed and fused where the inner one is
 * @throws {OptionError} on an unknown option or one out of its range
 * @see Polyak and Juditsky, Acceleration of Stochastic Approximation by Averaging, 1992; `AveragedModel` with
 *   `get_ema_multi_avg_fn(decay)` of PyTorch's `torch.optim.swa_utils`
 * @example
 * ```ts
 * train(model, digits, { validation, optimizer: average(adam(), { decay: 0.999 }) })
 * ```
 */
export function average(optimizer: Optimizer, options: AverageOptions): Optimizer {
  assertOption('average', 'optimizer', optimizer, optimizerOption)
  const checks = { decay: decayRate, after: nonNegativeInteger, adopt: flagOption }
  assertOptions('average', options, checks, ['decay'])
  const { decay, after = 0, adopt = true } = options
  const weightAt = (step: number) => (step <= after ? 1 : 1 - decay)
  return wrapped('average', optimizer, { decay, after }, (_inner, move, variables) => {
    const averages = Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => [
        name,
        tf.tidy(() => tf.variable(tf.add(variable, 0), false)), // with data of its own
      ]),
    )
    noteAverages(variables, averages)
    return {
      slots: Object.fromEntries(Object.entries(averages).map(([name, slot]) => [`average.${name}`, slot])),
      move: (gradients, step, pass) =>
        move(gradients, step, { ...pass, averages: { slots: averages, weight: weightAt(step) } }),
      replay: ({ numbersAt }) => ({ numbersAt: (step) => numbersAt(step, weightAt(step)) }),
      end() {
        noteAverages(variables, undefined)
        if (adopt) for (const [name, slot] of Object.entries(averages)) adoptOne(variables[name], slot)
      },
    }
  })
}

/**
 * Runs a function while a model has the averaged weights of the run that trains it with {@link average}; afterwards it has its own
 * again, also when the function fails. To be called between two steps, e.g. in the loop over `train`; the run must not go on before it
 * is done.
 *
 * @param model one that is being trained, with `average`
 * @param body what to do, e.g. `() => save(model, 'averaged.ae')`; its result is the caller's
 * @returns what `body` returns
 * @throws {OptionError} when no run with `average` is training the model
 * @example
 * ```ts
 * for await (const { epoch } of train(model, digits, { optimizer: average(adam(), { decay: 0.999 }) })) {
 *   await withAveragedWeights(model, () => save(model, `epoch-${epoch}.ae`))
 * }
 * ```
 */
export async function withAveragedWeights<result>(
  model: Pick<Trainable, 'variables'>,
  body: () => result | Promise<result>,
): Promise<result> {
  assertMembers('withAveragedWeights', 'model', model, {
    expected: 'a model with variables',
    members: { variables: variablesOption },
    fix: 'pass the model that is being trained',
  })
  assertOption('withAveragedWeights', 'body', body, functionOption)
  if (hasAverages(model.variables)) return asAveraged(model.variables, body)
  throw new OptionError('`withAveragedWeights` received a model that no run with averages is training.', {
    fix: 'call it in the loop over train(model, data, { optimizer: average(adam(), { decay: 0.999 }) }); after the run the model has them',
  })
}

/** A model may have been disposed of while it was trained. */
function adoptOne(variable: tf.Variable | undefined, slot: tf.Variable): void {
  if (variable?.isDisposed === false) variable.assign(slot)
}
