// A small image classifier, trained by the same `train`: judges whether conditional samples show the class asked for.
import { randomUniform, sizeOfShape, train } from '@ae/core'
import { withLabels } from '@ae/datasets'
import * as tf from '@tensorflow/tfjs-core'

/** Trains 784-256-classes with softmax cross-entropy; `classify(images)` returns a label for each image. */
export async function trainClassifier(data, { classes = 10, epochs = 3, seed = 1 } = {}) {
  const model = classifier({ inputShape: data.shape, classes, seed })
  for await (const _ of train(model, withLabels(data), { epochs, seed }));
  const classify = (images) => tf.tidy(() => tf.argMax(model.logits(images), 1).dataSync())
  return { classify, dispose: model.dispose }
}

/** The share of labelled images that are classified correctly. */
export async function accuracyOn(classify, data) {
  let right = 0
  for await (const { examples, labels } of withLabels(data).batches({ batchSize: 500 })) {
    const [found, asked] = [classify(examples), labels.dataSync()]
    right += found.filter((label, i) => label === asked[i]).length
    tf.dispose([examples, labels])
  }
  return right / data.size
}

function classifier({ inputShape, classes, seed }) {
  const size = sizeOfShape(inputShape)
  const layer = (name, inputs, outputs) => {
    const bound = 1 / Math.sqrt(inputs)
    const range = { minimum: -bound, maximum: bound }
    return tf.tidy(() => tf.variable(randomUniform([inputs, outputs], `init/${name}`, { seed }, range)))
  }
  const variables = { hidden: layer('hidden', size, 256), output: layer('output', 256, classes) }
  const logits = (images) =>
    tf.matMul(tf.relu(tf.matMul(tf.reshape(images, [-1, size]), variables.hidden)), variables.output)
  const dispose = () => tf.dispose(variables)
  return {
    kind: 'classifier',
    config: {},
    inputShape,
    likelihood: { kind: 'softmax', support: { minimum: -Infinity, maximum: Infinity } },
    variables,
    logits,
    trace: ({ examples, labels }) => ({ output: logits(examples), labels }),
    objective({ output, labels }) {
      const correct = tf.sum(tf.mul(output, tf.oneHot(labels, classes)), 1)
      return { crossEntropy: tf.sub(tf.logSumExp(output, 1), correct) }
    },
    dispose,
    [Symbol.dispose]: dispose,
  }
}
