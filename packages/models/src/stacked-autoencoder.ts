// The stacked autoencoder: a deep autoencoder whose layers `pretrain` teaches one after the other, before `train`.
// Bengio, Lamblin, Popovici and Larochelle, Greedy layer-wise training of deep networks, 2007.
import { type Autoencoder, OptionError, repeatable, type Shape, type Trace, type Trainable } from '@ae/core'
import { reconstruction } from '@ae/losses'
import type { RawDecoder } from './assembly/assembly.ts'
import { type AutoencoderOptions, deterministic } from './assembly/deterministic.ts'
import { defineModel, type ModelFactory } from './define-model.ts'
import type { Layer } from './networks/network.ts'
import type { OutputHead } from './networks/output-head.ts'

/** A layer of the encoder, and the layer of the decoder that undoes it: an autoencoder of what the layers below give. */
export interface LayerPair {
  /** The shape of what it encodes: the example's for the first pair. */
  readonly inputShape: Shape
  /** From what the pairs below give to this pair's code. */
  readonly encoder: Layer
  /** Back; the first pair's gives the raw output that the model's likelihood takes. */
  readonly decoder: Layer
}

/** An autoencoder that can be pretrained layer by layer. */
export interface StackedAutoencoder extends Autoencoder, RawDecoder, Trainable<Trace, 'reconstruction'> {
  readonly kind: 'stackedAutoencoder'
  /** Its layers, the outermost pair first. Their variables are the model's. */
  readonly pairs: readonly LayerPair[]
}

/**
 * An autoencoder for `pretrain`; it learns without too, and is then a plain `autoencoder`.
 *
 * @returns a model that owns its variables, initialised as PyTorch initialises its layers
 * @throws {OptionError} on a missing, unknown or bad option, and when the decoder does not mirror the encoder layer by
 *   layer
 * @example
 * ```ts
 * const model = stackedAutoencoder({ inputShape: [28, 28, 1], hidden: [256, 128], codeSize: 64, seed: 1 })
 * for await (const { layer, loss } of pretrain(model, digits, { epochs: 2 })) console.log(layer, loss.reconstruction)
 * for await (const { loss } of train(model, digits)) console.log(loss.total)
 * ```
 */
export const stackedAutoencoder: ModelFactory<AutoencoderOptions, StackedAutoencoder> = /* @__PURE__ */ defineModel(
  'stackedAutoencoder',
  (options) => {
    const { members, bottleneck, decoder, head } = deterministic('stackedAutoencoder', options)
    try {
      const pairs = pairLayers(members, bottleneck.layers, decoder.layers, head)
      return { ...members, kind: 'stackedAutoencoder', pairs, objective: reconstruction() }
    } catch (error) {
      members.dispose()
      throw error
    }
  },
)

/** The layers of both sides by what they do and undo; `repeatable` if the whole pass is. */
function pairLayers(
  { inputShape, trace }: Pick<Trainable, 'inputShape' | 'trace'>,
  encoder: readonly Layer[],
  decoder: readonly Layer[],
  head: OutputHead,
): readonly LayerPair[] {
  const count = encoder.length
  const outputShapes = [inputShape, ...encoder.map(({ outputShape }) => outputShape)]
  const decoderShapes = decoder.map(({ outputShape }) => outputShape)
  // The last layer's output may have an axis more, for the likelihood's parameters.
  const mirrored = [...decoderShapes.slice(0, -1).reverse()].every((shape, i) => same(shape, outputShapes[i + 1]))
  if (decoder.length !== count || !mirrored) {
    throw new OptionError(
      '`stackedAutoencoder` received an `architecture` whose decoder does not mirror its encoder.',
      {
        facts: { Encoder: list(outputShapes), Decoder: list(decoderShapes) },
        fix: 'give the decoder one layer for each layer of the encoder, or train an autoencoder end to end',
      },
    )
  }
  return encoder.map((layer, i) => {
    const back = decoder[count - 1 - i] as Layer
    const inputShape = outputShapes[i] ?? []
    return { inputShape, encoder: asPart(layer), decoder: asPart(i === 0 ? withSharedParameters(back, head) : back) }
  })

  function asPart(layer: Layer): Layer {
    return { ...layer, apply: repeatable((x, pass) => layer.apply(x, pass), [trace]) }
  }
}

/** The decoder's last layer with the parameters that all features share. */
function withSharedParameters(layer: Layer, { variables, complete }: OutputHead): Layer {
  return {
    ...layer,
    variables: { ...layer.variables, ...variables },
    apply: (x, pass) => complete(layer.apply(x, pass)),
  }
}

function same(a: Shape, b: Shape | undefined): boolean {
  return a.join() === b?.join()
}

function list(shapes: readonly Shape[]): string {
  return shapes.map((shape) => `[${shape.join(', ')}]`).join(' -> ')
}
