// A user's own functions as encoder and decoder of any model.
import { repeatable, type Shape, ShapeError } from '@ae/core'
import {
  assertMembers,
  assertOptions,
  assertTensor,
  functionOption,
  optional,
  positiveInteger,
  shapeOption,
  variablesOption,
} from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import type { Architecture, DecoderOptions, EncoderOptions } from './architecture.ts'
import { type Network, type PassOptions, sequence } from './network.ts'

/** What a function of {@link CustomArchitectureOptions} gives: a function of a batch, with its variables. */
export interface CustomNetwork {
  /** The shape of one output, without the batch axis. */
  readonly outputShape: Shape
  /** What training moves, by names of your choice; the model owns them, so make new ones in every call. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** What is saved with them but moved by `apply` itself, when `training`. Defaults to nothing. */
  readonly state?: Readonly<Record<string, tf.Variable>> | undefined
  /**
   * The fewest examples that `apply` can take when `training`, a positive integer, e.g. 2 where it needs the variance of one
   * value an example; `train` then refuses smaller batches. Defaults to 1.
   */
  readonly minimumBatch?: number | undefined
  /**
   * From tfjs ops; intermediates are released by the caller.
   *
   * @param x `[batch, ...]`, borrowed
   * @param pass whether this is a training step's pass
   * @returns `[batch, ...outputShape]`
   */
  apply(x: tf.Tensor, pass: Pick<PassOptions, 'training'>): tf.Tensor
}

/** Options of {@link customArchitecture}. */
export interface CustomArchitectureOptions {
  /** Makes the network from an example of `inputShape` to features, of any shape; called once per model. */
  readonly encoder: (options: EncoderOptions) => CustomNetwork
  /**
   * Makes the network from a code of `codeShape` to the raw output, `inputShape`, or `[...inputShape, parameters]` with
   * more parameters than one; its end is linear. Called once per model.
   */
  readonly decoder: (options: DecoderOptions) => CustomNetwork
}

/**
 * Your own networks. Variables are saved as `encoder.0.NAME` and `decoder.0.NAME`; the functions are not, so a saved
 * model is loaded by a kind that is given them again (see the example). Where their networks compute the same in every step of
 * training, mark them as `repeatable`.
 *
 * @throws {OptionError} on a missing or unknown option
 * @example
 * ```ts
 * const architecture = customArchitecture({ encoder: myEncoder, decoder: myDecoder })
 * const model = vae({ inputShape: [28, 28, 1], latentSize: 20, architecture })
 * await save(model, store)
 * const fromConfig = () => vae({ inputShape: [28, 28, 1], latentSize: 20, architecture })
 * const again = await load(store, { kind: 'vae', fromConfig })
 * ```
 */
export function customArchitecture(options: CustomArchitectureOptions): Architecture {
  assertOptions('customArchitecture', options, { encoder: functionOption, decoder: functionOption }, [
    'encoder',
    'decoder',
  ])
  const encoder = (encoderOptions: EncoderOptions) =>
    checked('encoder', encoderOptions.inputShape, options.encoder(encoderOptions))
  const decoder = (decoderOptions: DecoderOptions) => {
    const { codeShape, inputShape, parameters } = decoderOptions
    const needed = parameters === 1 ? inputShape : [...inputShape, parameters]
    return checked('decoder', codeShape, options.decoder(decoderOptions), needed)
  }
  return {
    encoder: repeatable(encoder, [options.encoder]),
    decoder: repeatable(decoder, [options.decoder]),
    config: { kind: 'custom' },
  }
}

/** The user's network as one layer: its names prefixed, its shapes checked. */
function checked(part: 'encoder' | 'decoder', inputShape: Shape, network: CustomNetwork, shape?: Shape): Network {
  assertMembers('customArchitecture', part, network, {
    expected: 'a function that makes a network',
    members: {
      outputShape: shapeOption,
      variables: variablesOption,
      state: optional(variablesOption),
      minimumBatch: optional(positiveInteger),
      apply: 'function',
    },
    fix: `let ${part} return { outputShape, variables, apply }, with tf.Variables by name`,
  })
  const { outputShape, variables, state = {}, minimumBatch, apply } = network
  const needed = shape ?? outputShape
  if (outputShape.join() !== needed.join()) {
    tf.dispose([{ ...variables }, { ...state }])
    throw new ShapeError(
      `The \`${part}\` of \`customArchitecture\` has a different \`outputShape\` from the one that the model needs.`,
      {
        facts: { Expected: show(needed), Received: show(outputShape) },
        fix: 'end the decoder with inputShape or, where its option `parameters` is above 1, [...inputShape, parameters]',
      },
    )
  }
  const layer = {
    outputShape,
    variables: prefixed(part, variables),
    state: prefixed(part, state),
    minimumBatch,
    apply(x: tf.Tensor, { training }: PassOptions) {
      const output = apply(x, { training })
      assertTensor('customArchitecture', `${part}.apply(x)`, output, 'float32')
      const expected = [x.shape[0] ?? 1, ...outputShape]
      if (output.shape.join() === expected.join()) return output
      throw new ShapeError(
        `The \`${part}\` of \`customArchitecture\` returned an output whose shape is not its \`outputShape\`.`,
        {
          facts: { Input: show(x.shape), Expected: show(expected), Received: show(output.shape) },
          fix: `give the ${part} the outputShape [${output.shape.slice(1).join(', ')}], or mend its apply`,
        },
      )
    },
  }
  return sequence(inputShape, [layer])
}

function prefixed(part: string, variables: Readonly<Record<string, tf.Variable>>): Record<string, tf.Variable> {
  return Object.fromEntries(Object.entries(variables).map(([name, variable]) => [`${part}.0.${name}`, variable]))
}

function show(shape: Shape): string {
  return `[${shape.join(', ')}]`
}
