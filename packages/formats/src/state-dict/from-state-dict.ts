// Builds the model that the tensors of a state dict are the weights of.
import { type Likelihood, OptionError, type Shape, type StoredTensor } from '@ae/core'
import {
  assertBackend,
  assertOptions,
  likelihoodOption,
  oneOf,
  positiveInteger,
  seedOption,
  shapeOption,
} from '@ae/core/internal'
import { bernoulli, gaussian, squaredError } from '@ae/losses'
import { type Activation, autoencoder, layersArchitecture, type PlainAutoencoder, type Vae, vae } from '@ae/models'
import { activationOption } from '@ae/models/internal'
import { assertTensors, importAs } from './import-state-dict.ts'
import { layersOf } from './layers-of-state-dict.ts'
import { isBatchCount, withoutWrappers } from './named-layers.ts'

/** Options of {@link fromStateDict}: what the tensors of a state dict do not say. */
export interface FromStateDictOptions {
  /**
   * The shape of one example, channels last, e.g. `[28, 28, 1]`. Defaults to the one of a convolutional network whose feature map is
   * square, and to a vector for dense layers.
   */
  readonly inputShape?: Shape | undefined
  /**
   * The activation of hidden layers. Defaults to `relu` where the names are those of pytorch/examples or pythae; needed otherwise.
   * `leakyRelu(0.01)` is `nn.LeakyReLU()`, `leakyRelu` is `nn.LeakyReLU(0.2)`.
   */
  readonly activation?: Activation | undefined
  /** The activation of an autoencoder's code. Defaults to `linear`. */
  readonly codeActivation?: Activation | undefined
  /** The activation of the decoder's last layer. Defaults to `sigmoid` for the names above; needed otherwise. */
  readonly outputActivation?: 'linear' | 'sigmoid' | undefined
  /**
   * What the decoder's output means. Defaults to `bernoulli` for a VAE that ends in a sigmoid, `gaussian()` for a linear one, and
   * `squaredError` with either for an autoencoder.
   */
  readonly likelihood?: Likelihood | undefined
  /** By how much each convolution with a filter of 3 pixels or more divides, or enlarges, height and width. Defaults to 2. */
  readonly stride?: number | undefined
  /** The model's seed. Defaults to 0. */
  readonly seed?: number | undefined
}

/**
 * The autoencoder or VAE that a state dict of PyTorch holds, with its weights: dense layers, convolutions and transposed ones, one
 * after the other, with batch normalisation or without.
 *
 * Layers are told by their names and shapes: two of the same features named as mean and log variance (`fc21` and `fc22`, `fc_mu` and
 * `fc_var`, `embedding` and `log_var`, ...) make a `vae`. Activations and strides are not in a state dict: they are options.
 * Convolutions are taken to be padded by half of their filter, `kernel_size=3, padding=1` or `kernel_size=4, padding=1`.
 *
 * @param tensors by name, as `readPyTorch` or `readSafetensors` give them; borrowed
 * @param options see {@link FromStateDictOptions}
 * @returns owned by the caller
 * @throws {WeightsError} when names and shapes leave a doubt; it says which. Nothing stays allocated
 * @throws {OptionError} on a bad option, and when one is needed
 * @example
 * ```ts
 * const { tensors } = await readPyTorch('vae.pt')
 * const model = fromStateDict(tensors, { inputShape: [28, 28, 1] })
 * ```
 */
export function fromStateDict(
  tensors: ReadonlyMap<string, StoredTensor>,
  options: FromStateDictOptions = {},
): Vae | PlainAutoencoder {
  assertTensors(functionName, tensors)
  assertOptions(functionName, options, {
    inputShape: shapeOption,
    activation: activationOption,
    codeActivation: activationOption,
    outputActivation: oneOf('linear', 'sigmoid'),
    likelihood: likelihoodOption,
    stride: positiveInteger,
    seed: seedOption,
  })
  assertBackend(functionName)
  const isKnown = isOfKnownFamily(tensors)
  const { stride = 2, seed, activation = isKnown ? 'relu' : undefined } = options
  const output = options.outputActivation ?? (isKnown ? 'sigmoid' : undefined)
  const found = layersOf(functionName, tensors, {
    inputShape: options.inputShape,
    stride,
    activation: activation ?? 'relu',
  })
  const { inputShape, codeSize, encoder, decoder, isVariational } = found
  if (activation === undefined && encoder.length + decoder.length > 1) throw needed('activation', "activation: 'relu'")
  if (output === undefined && options.likelihood === undefined)
    throw needed('outputActivation', "outputActivation: 'sigmoid'")
  const likelihood = options.likelihood ?? likelihoodOf(isVariational, output ?? 'linear')
  const common = { inputShape, architecture: layersArchitecture({ encoder, decoder }), likelihood, seed }
  const model = isVariational
    ? vae({ ...common, latentSize: codeSize })
    : autoencoder({ ...common, codeSize, codeActivation: options.codeActivation ?? 'linear' })
  try {
    importAs(functionName, model, tensors)
  } catch (error) {
    model.dispose()
    throw error
  }
  return model
}

const functionName = 'fromStateDict'

function likelihoodOf(isVariational: boolean, activation: 'linear' | 'sigmoid'): Likelihood {
  if (!isVariational) return squaredError({ activation })
  return activation === 'sigmoid' ? bernoulli : gaussian()
}

function needed(option: string, example: string): OptionError {
  return new OptionError(`\`${functionName}\` needs the option \`${option}\`: activations are not in a state dict.`, {
    facts: { Expected: `${option}, as the PyTorch model has it`, Received: 'undefined' },
    fix: `pass ${example}`,
  })
}

/** Whether all names are those of the VAE of pytorch/examples, or of pythae's default networks, whose activations are known. */
function isOfKnownFamily(tensors: ReadonlyMap<string, StoredTensor>): boolean {
  const names = [...tensors.keys()].filter((name) => !isBatchCount(name)).map(withoutWrappers)
  const examples = /^fc(1|21|22|3|4)\.(weight|bias)$/
  const pythae = /^(encoder\.(layers\.\d+\.0|embedding|log_var)|decoder\.layers\.\d+\.0)\.(weight|bias)$/
  return [examples, pythae].some((family) => names.length > 0 && names.every((name) => family.test(name)))
}
