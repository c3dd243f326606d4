// The likelihood of a row of a table: one part for each column, each of its own kind.
import { type Json, type Likelihood, type Shape, ShapeError, sizeOfShape } from '@ae/core'
import {
  assertOption,
  assertOptions,
  type OptionCheck,
  oneOf,
  positiveInteger,
  positiveNumber,
} from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { assertOutput, assertParameters, type FeatureDensity, parametersOf, sumOverFeatures } from './elementwise.ts'
import { flattenFeatures } from './features.ts'
import { realLine } from './learned-scale.ts'
import { concat, gather, layoutOf, type MixedPart, pick } from './mixed-blocks.ts'

/** Options of {@link mixed}. */
export interface MixedOptions {
  /** The parts, in the order of the features; at least one. */
  readonly parts: readonly MixedPart[]
}

/**
 * p(x | output) = product over parts. The decoder's raw output is one number for each feature, `[batch, ...shape]`: the mean of a
 * Gaussian, the logit of a Bernoulli or of a category. If a standard deviation is `perFeature`, it is [that, raw],
 * `[batch, ...shape, 2]`. `mean` is the mean of Gaussians, and the probability of 1 and of each category.
 *
 * `tabularTransform` of @ae/datasets writes the options that fit a table: `mixed(transform.likelihood)`.
 *
 * @throws {OptionError} on an unknown option, no parts, or a bad one
 * @see "Handling incomplete heterogeneous data using VAEs", Nazabal et al., 2020, section 2
 * @example
 * ```ts
 * // Age, whether a member, and one of three cities: 5 features.
 * const likelihood = mixed({ parts: [{ kind: 'gaussian' }, { kind: 'bernoulli' }, { kind: 'categorical', size: 3 }] })
 * ```
 */
export function mixed(options: MixedOptions): Likelihood {
  assertOptions('mixed', options, { parts: partsOption }, ['parts'])
  for (const part of options.parts) assertPart(part)
  const parts = options.parts.map((part) => ({ ...part }))
  const { width, parameters, blocks, place, hasIgnored, knownAt } = layoutOf(parts)
  /** One tensor of all features of one for each block; features in none of them are `rest`. */
  const assembled = (columns: readonly tf.Tensor[], rest: number) => {
    const whole = concat(columns)
    return gather(hasIgnored ? concat([whole, tf.fill([whole.shape[0] as number, 1], rest)]) : whole, place)
  }
  const density: FeatureDensity = {
    negativeLog: (x, location, raw) => concat(blocks.map((block) => block.negativeLog(x, location as tf.Tensor, raw))),
    derivatives(x, location, raw) {
      const each = blocks.map((block) => block.derivatives(x, location as tf.Tensor, raw))
      const byLocation = assembled(
        each.map(([slope]) => slope),
        0,
      )
      return parameters === 1
        ? [byLocation]
        : [
            byLocation,
            assembled(
              each.map(([, slope]) => slope),
              0,
            ),
          ]
    },
  }
  /** What `read` makes of the parameters, in the shape of the examples. */
  const described = (output: tf.Tensor, read: (location: tf.Tensor, raw?: tf.Tensor) => tf.Tensor) =>
    tf.tidy(() => {
      assertOutput('mixed', parameters, output)
      const [location, raw] = parameters === 1 ? [output] : parametersOf('mixed', parameters, output)
      const { shape } = location as tf.Tensor
      assertWidth(width, shape)
      return tf.reshape(read(flattenFeatures(location as tf.Tensor), raw && flattenFeatures(raw)), shape)
    })
  return {
    kind: 'mixed',
    support: realLine,
    parameters,
    negativeLogLikelihood(output, target) {
      assertParameters('mixed', parameters, output, target)
      assertWidth(width, target.shape)
      return sumOverFeatures('mixed', parameters, output, target, density)
    },
    mean: (output) =>
      described(output, (location) =>
        assembled(
          blocks.map((block) => block.mean(location)),
          1,
        ),
      ),
    draw: (output, address) =>
      described(output, (location, raw) => {
        const drawn = assembled(
          blocks.map((block) => block.draw(location, raw, address)),
          1,
        )
        return knownAt === undefined ? drawn : tf.mul(drawn, pick(drawn, knownAt, 1))
      }),
    config: { kind: 'mixed', parts: parts as unknown as Json },
  }
}

const partsOption: OptionCheck = (value) =>
  Array.isArray(value) && value.length > 0 ? undefined : "an array of parts, at least one, such as { kind: 'gaussian' }"

function assertPart(part: MixedPart): void {
  const isGaussian = part?.kind === 'gaussian'
  assertOptions(
    'mixed',
    part,
    {
      kind: oneOf('gaussian', 'bernoulli', 'categorical'),
      size: positiveInteger,
      standardDeviation: isGaussian ? deviationOption : only('for a part of kind gaussian'),
      missing:
        part?.kind === 'categorical'
          ? only('for numbers and bits: a missing category is a group of zeros')
          : missingOption,
    },
    ['kind'],
  )
  if (part.kind === 'categorical') assertOption('mixed', 'size', part.size, atLeastTwo)
}

const missingOption = /* @__PURE__ */ oneOf('ignored', 'modelled')

const deviationOption: OptionCheck = (value) =>
  value === 'perFeature' || positiveNumber(value) === undefined ? undefined : "a finite number above 0, or 'perFeature'"

const atLeastTwo: OptionCheck = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 2 ? undefined : 'the number of categories, at least 2'

function only(where: string): OptionCheck {
  return () => `nothing: it is ${where}`
}

function assertWidth(width: number, shape: Shape): void {
  if (sizeOfShape(shape.slice(1)) === width) return
  throw new ShapeError('`mixed` received examples whose features are not those of its parts.', {
    facts: { Expected: `[batch, ${width}]`, Received: `[${shape.join(', ')}]` },
    fix: 'give the model and the likelihood the same transform: inputShape: [transform.width], likelihood: mixed(transform.likelihood)',
  })
}
