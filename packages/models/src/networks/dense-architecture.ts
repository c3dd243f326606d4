// Dense layers to the code and, mirrored, back.
import { repeatable, type Shape } from '@ae/core'
import { assertOptions, oneOf, sizesOption } from '@ae/core/internal'
import { type Activation, activationOption } from './activation.ts'
import type { Architecture } from './architecture.ts'
import { denseLayer } from './dense-layer.ts'
import { layersBetween, sequence } from './network.ts'
import { type Normalization, normalizations } from './normalization.ts'

/** Options of {@link denseArchitecture}. */
export interface DenseArchitectureOptions {
  /** The encoder's hidden widths, possibly none; the decoder mirrors them. Defaults to `[400]`. */
  readonly hidden?: readonly number[] | undefined
  /** The activation of hidden layers. Defaults to `relu`. */
  readonly activation?: Activation | undefined
  /** How the sums of hidden layers are normalised before the activation. Defaults to `none`. */
  readonly normalization?: Normalization | undefined
}

/**
 * Dense layers: for small images, for rows of a table, for signals of one axis.
 *
 * @throws {OptionError} on an unknown or bad option
 */
export function denseArchitecture(options: DenseArchitectureOptions = {}): Architecture {
  assertOptions('denseArchitecture', options, {
    hidden: sizesOption,
    activation: activationOption,
    normalization: oneOf(...normalizations),
  })
  const { hidden = [400], activation = 'relu', normalization = 'none' } = options
  const inner = { activation, normalization }
  const outer = { activation: 'linear', normalization: 'none' } as const
  return {
    encoder: repeatable(({ inputShape, seed }) => {
      const layers = layersBetween(shapesOf(inputShape, hidden), (before, outputShape, i) =>
        denseLayer({ name: `encoder.${i}`, inputShape: before, outputShape, seed, ...inner }),
      )
      return sequence(inputShape, layers)
    }),
    decoder: repeatable(({ codeShape, inputShape, parameters, seed }) => {
      const output = parameters === 1 ? inputShape : [...inputShape, parameters]
      const layers = layersBetween(shapesOf(codeShape, [...hidden].reverse(), output), (before, outputShape, i) => {
        const ending = i === hidden.length ? outer : inner
        return denseLayer({ name: `decoder.${i}`, inputShape: before, outputShape, seed, ...ending })
      })
      return sequence(codeShape, layers)
    }),
    config: { kind: 'dense', hidden, activation, ...(normalization === 'none' ? {} : { normalization }) },
  }
}

function* shapesOf(first: Shape, hidden: readonly number[], ...last: readonly Shape[]): Generator<Shape> {
  yield first
  for (const size of hidden) yield [size]
  yield* last
}
