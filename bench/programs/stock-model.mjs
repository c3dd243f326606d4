// The measured networks written by hand for stock TensorFlow.js: variables, core ops and tf.train.adam, without @ae.
import * as tf from '@tensorflow/tfjs'

const [side, kernelSize, stride] = [28, 3, 2]

/** The layers, their functions on a batch `[batch, 784]`, and the training steps. */
export function build(network) {
  const { encoder, decoder, heads } = layersOf(network)
  const encodeTo = (x, head) => head(run(encoder, x))
  const isVae = network.kind === 'vae'
  const raw = (code) => run(decoder, code)
  const parts = [...encoder, ...heads, ...decoder]
  const variables = parts.flatMap((layer) => layer.variables)
  return {
    encode: (x) => encodeTo(x, heads[0]),
    sample: (count) => tf.sigmoid(raw(tf.randomNormal([count, network.codeSize]))),
    step: stepOf(variables, isVae ? vaeLoss : autoencoderLoss),
    pairs: network.pretraining ? pairsOf([...encoder, heads[0]], decoder) : [],
    variables,
    dispose: () => tf.dispose(variables),
  }

  function vaeLoss(x) {
    const h = run(encoder, x)
    const [mean, logVariance] = heads.map((head) => head(h))
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal(mean.shape)))
    const logits = raw(z)
    const softplus = tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits)))))
    const kl = tf.mul(-0.5, tf.sum(tf.sub(tf.add(1, logVariance), tf.add(tf.square(mean), tf.exp(logVariance)))))
    return tf.div(tf.add(tf.sum(tf.sub(softplus, tf.mul(logits, x))), kl), x.shape[0])
  }

  function autoencoderLoss(x) {
    const input = network.noise ? tf.add(x, tf.randomNormal(x.shape, 0, network.noise)) : x
    const code = encodeTo(input, heads[0])
    const error = tf.mean(tf.squaredDifference(tf.sigmoid(raw(code)), x))
    return network.sparsity ? tf.add(error, sparsityOf(code, network.sparsity)) : error
  }
}

function sparsityOf(code, { rate, weight }) {
  const mean = tf.clipByValue(tf.mean(code, 0), 1e-6, 1 - 1e-6)
  const on = tf.mul(rate, tf.log(tf.div(rate, mean)))
  const off = tf.mul(1 - rate, tf.log(tf.div(1 - rate, tf.sub(1, mean))))
  return tf.mul(weight, tf.sum(tf.add(on, off)))
}

/** One Adam step per batch. */
function stepOf(variables, loss) {
  const optimizer = tf.train.adam(1e-3)
  return (x) => tf.tidy(() => void optimizer.minimize(() => loss(x), false, variables))
}

/** Greedy pretraining: each encoder layer with the decoder layer that inverts it, on the codes of the layers before. */
function pairsOf(down, up) {
  return down.map((layer, i) => {
    const back = up[up.length - 1 - i]
    const last = i === 0 ? tf.sigmoid : tf.relu
    const loss = (x) => tf.mean(tf.squaredDifference(last(back.linear(layer(x))), x))
    return { below: (x) => run(down.slice(0, i), x), step: stepOf([...layer.variables, ...back.variables], loss) }
  })
}

function run(layers, x) {
  return layers.reduce((h, layer) => layer(h), x)
}

function layersOf({ kind, channels, hidden, codeSize, codeActivation }) {
  const code = (inputs) =>
    kind === 'vae'
      ? [dense(inputs, codeSize), dense(inputs, codeSize)]
      : [dense(inputs, codeSize, codeActivation === 'sigmoid' ? tf.sigmoid : tf.relu)]
  if (channels === undefined) {
    const sizes = [side * side, ...hidden]
    const mirrored = [codeSize, ...sizes.toReversed()]
    return {
      encoder: hidden.map((size, i) => dense(sizes[i], size, tf.relu)),
      heads: code(sizes.at(-1)),
      decoder: mirrored.slice(1).map((size, i) => dense(mirrored[i], size, i < hidden.length ? tf.relu : undefined)),
    }
  }
  const maps = [1, ...channels].map((count, i) => [Math.ceil(side / stride ** i), Math.ceil(side / stride ** i), count])
  const smallest = maps.at(-1).reduce((size, length) => size * length)
  const back = maps.slice(0, -1).map((map, i) => transposed(maps[i + 1], map, i > 0 ? tf.relu : undefined))
  return {
    encoder: [reshape(maps[0]), ...channels.map((_, i) => convolution(maps[i], maps[i + 1])), reshape([smallest])],
    heads: code(smallest),
    decoder: [dense(codeSize, smallest, tf.relu), reshape(maps.at(-1)), ...back.toReversed(), reshape([side * side])],
  }
}

function dense(inputs, outputs, activation = (x) => x) {
  const [weight, bias] = weights([inputs, outputs], [outputs], inputs)
  const linear = (x) => tf.add(tf.matMul(x, weight), bias)
  return Object.assign((x) => activation(linear(x)), { variables: [weight, bias], linear })
}

function convolution([, , inputs], [, , outputs]) {
  const [filter, bias] = weights([kernelSize, kernelSize, inputs, outputs], [outputs], inputs * kernelSize ** 2)
  const apply = (x) => tf.relu(tf.add(tf.conv2d(x, filter, stride, 'same'), bias))
  return Object.assign(apply, { variables: [filter, bias] })
}

function transposed([, , inputs], map, activation = (x) => x) {
  const outputs = map[2]
  const [filter, bias] = weights([kernelSize, kernelSize, outputs, inputs], [outputs], inputs * kernelSize ** 2)
  const apply = (x) => tf.add(tf.conv2dTranspose(x, filter, [x.shape[0], ...map], stride, 'same'), bias)
  return Object.assign((x) => activation(apply(x)), { variables: [filter, bias] })
}

function reshape(shape) {
  return Object.assign((x) => tf.reshape(x, [-1, ...shape]), { variables: [] })
}

function weights(shape, biasShape, inputs) {
  const bound = 1 / Math.sqrt(inputs)
  return [shape, biasShape].map((sizes) => tf.variable(tf.randomUniform(sizes, -bound, bound)))
}
