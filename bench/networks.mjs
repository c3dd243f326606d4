// The measured networks, as data: every program, ours and the peers', builds what it trains from these alone. Widths are the
// tutorial's; the convolutional VAE is that of docs/decisions/0004.

const tutorial = { kind: 'autoencoder', hidden: [256, 128], codeSize: 64, codeActivation: 'relu' }

/**
 * `kind`: `autoencoder` (squared error of sigmoid outputs) or `vae` (Bernoulli likelihood and KL to N(0, I)). `channels`:
 * of 3 x 3 convolutions with stride 2, followed by a dense code; the decoder mirrors them. Otherwise `hidden`: dense widths.
 * `pretraining`: an epoch is one epoch of each pair of layers and one of all. `sparsity`: KL; its weight is relative to the mean
 * over pixels. `noise`: standard deviation of the noise added to the input.
 */
export const networks = {
  autoencoder: tutorial,
  'stacked-autoencoder': { ...tutorial, pretraining: true },
  'sparse-autoencoder': { ...tutorial, codeActivation: 'sigmoid', sparsity: { rate: 0.05, weight: 0.001 } },
  'denoising-autoencoder': { ...tutorial, noise: 0.3 },
  vae: { kind: 'vae', hidden: [400], codeSize: 20 },
  'convolutional-vae': { kind: 'vae', channels: [32, 64], codeSize: 20 },
}

const [side, kernelSize, stride] = [28, 3, 2]

/** Images per epoch when training is timed. */
export function imagesOfEpoch({ channels, pretraining }) {
  return channels || pretraining ? 4096 : 12_800
}

/**
 * Floating point operations per image of the matrix products and convolutions in one training step: forward, the weights'
 * gradients, and the inputs' gradients except where a layer's input is the image.
 */
export function trainingOperations(network) {
  if (!network.pretraining) return operationsOf(layersOf(network))
  const layers = layersOf(network)
  const pairs = layers.slice(0, layers.length / 2).map((layer, i) => {
    const below = sum(layers.slice(0, i).map(({ multiplications }) => 2 * multiplications))
    return below + operationsOf([{ ...layer, isFirst: true }, layers[layers.length - 1 - i]])
  })
  return sum(pairs) + operationsOf(layers)
}

/** Operations per image of the encoder, up to the mean of the code. */
export function encodingOperations(network) {
  const { encoder, code } = partsOf(network)
  return 2 * sum([...encoder, code].map(({ multiplications }) => multiplications))
}

/** The number of trainable parameters. */
export function parametersOf(network) {
  return sum(layersOf(network).map(({ parameters }) => parameters))
}

function operationsOf(layers) {
  return sum(layers.map(({ multiplications, isFirst }) => (isFirst ? 4 : 6) * multiplications))
}

function layersOf(network) {
  const { encoder, code, decoder } = partsOf(network)
  const layers = [...encoder, code, ...(network.kind === 'vae' ? [code] : []), ...decoder]
  return layers.map((layer) => ({ ...layer, isFirst: layer === layers[0] }))
}

/** The layers with their numbers of multiplications: `code` is one of a VAE's two heads. */
function partsOf({ channels, hidden, codeSize }) {
  if (channels === undefined) {
    const sizes = [side * side, ...hidden]
    const mirrored = [codeSize, ...sizes.toReversed()]
    return {
      encoder: hidden.map((size, i) => dense(sizes[i], size)),
      code: dense(sizes.at(-1), codeSize),
      decoder: mirrored.slice(1).map((size, i) => dense(mirrored[i], size)),
    }
  }
  const maps = [1, ...channels].map((count, i) => ({ count, side: Math.ceil(side / stride ** i) }))
  const convolutions = channels.map((_, i) => convolution(maps[i], maps[i + 1]))
  const smallest = maps.at(-1).count * maps.at(-1).side ** 2
  const back = channels.map((_, i) => convolution(maps[i], maps[i + 1], maps[i].count)).toReversed()
  return {
    encoder: convolutions,
    code: dense(smallest, codeSize),
    decoder: [dense(codeSize, smallest), ...back],
  }
}

function dense(inputs, outputs) {
  return { multiplications: inputs * outputs, parameters: inputs * outputs + outputs }
}

/** Between a larger feature map and a smaller one; the products are the same in both directions. */
function convolution(larger, smaller, biases = smaller.count) {
  const weights = kernelSize ** 2 * larger.count * smaller.count
  return { multiplications: smaller.side ** 2 * weights, parameters: weights + biases }
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}
