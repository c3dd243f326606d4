// Dense layers to the code and, mirrored, back.
import { assertOptions, oneOf, repeatable, type Shape, sizesOption } from '@ae/core'
import { type Activation, activations } from './activation.ts'
import type { Architecture } from './architecture.ts'
import { denseLayer } from './dense-layer.ts'
import { sequence } from './network.ts'
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
    activation: oneOf(...activations),
    normalization: oneOf(...normalizations),
  })
  const { hidden = [400], activation = 'relu', normalization = 'none' } = options
  const inner = { activation, normalization }
  const outer = { activation: 'linear', normalization: 'none' } as const
  const layers = (name: string, shapes: readonly Shape[], seed: number, last: typeof inner | typeof outer) =>
    shapes.slice(1).map((outputShape, i) =>
      denseLayer({
        name: `${name}.${i}`,
        inputShape: shapes[i] ?? [],
        outputShape,
        seed,
        ...(i === shapes.length - 2 ? last : inner),
      }),
    )
  return {
    encoder: repeatable(({ inputShape, seed }) => {
      const shapes = [inputShape, ...hidden.map((size) => [size])]
      return sequence(inputShape, layers('encoder', shapes, seed, inner))
    }),
    decoder: repeatable(({ codeShape, inputShape, parameters, seed }) => {
      const outputShape = parameters === 1 ? inputShape : [...inputShape, parameters]
      const shapes = [codeShape, ...[...hidden].reverse().map((size) => [size]), outputShape]
      return sequence(codeShape, layers('decoder', shapes, seed, outer))
    }),
    config: { kind: 'dense', hidden, activation, ...(normalization === 'none' ? {} : { normalization }) },
  }
}
