// What likelihoods of independent features share: the raw output split into parameters, the sum over features, and one
// gradient of the whole.
import { ShapeError, withGradient } from '@ae/core'
import { assertTensor } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { flattenFeatures } from './features.ts'
import { clone, column, stack, transpose, unstack } from './kernels.ts'

/** -log p of one feature as a function of its value and its parameters, all `[batch, features]`. */
export interface FeatureDensity {
  /** -log p(x), nats. */
  readonly negativeLog: (x: tf.Tensor, ...parameters: tf.Tensor[]) => tf.Tensor
  /** Its derivative with respect to each parameter. */
  readonly derivatives: (x: tf.Tensor, ...parameters: tf.Tensor[]) => tf.Tensor[]
}

/**
 * The sum of -log p over features, `[batch]`; the target counts as a constant.
 *
 * @param kind the likelihood, for the message
 * @param output `[batch, ...shape]` for one parameter, `[batch, ...shape, count]` for several
 * @throws {ShapeError} when the two shapes do not fit
 */
export function sumOverFeatures(
  kind: string,
  count: number,
  output: tf.Tensor,
  target: tf.Tensor,
  density: FeatureDensity,
): tf.Tensor1D {
  assertParameters(kind, count, output, target)
  return tf.tidy(() =>
    withGradient([output], () => {
      const x = flattenFeatures(target)
      const parameters = split(output, x.shape, count)
      return {
        value: tf.sum<tf.Tensor1D>(density.negativeLog(x, ...parameters), 1), // [batch, features] -> [batch]
        saved: [x, ...parameters],
        gradient: (dy, saved) => {
          const derivatives = density.derivatives(...(saved as [tf.Tensor, ...tf.Tensor[]]))
          const whole = tf.mul(stack(derivatives), column(dy)) // [count, batch, features]
          return [tf.reshape(transpose(tf.reshape(whole, [count, x.size])), output.shape)]
        },
      }
    }),
  )
}

/** Throws unless both are float32 tensors and `output` has the target's shape, plus an axis of `count` if that is above 1. */
export function assertParameters(kind: string, count: number, output: tf.Tensor, target: tf.Tensor): void {
  assertTensor(kind, 'output', output, 'float32')
  assertTensor(kind, 'target', target, 'float32')
  const expected = count === 1 ? target.shape : [...target.shape, count]
  const same = output.rank === expected.length && output.shape.every((length, axis) => length === expected[axis])
  if (same && target.rank >= 2) return
  const axes = count === 1 ? '[batch, ...features]' : `[batch, ...features, ${count}]`
  throw new ShapeError(`\`${kind}\` received an output and a target whose shapes do not match.`, {
    facts: {
      Expected: `output ${axes}, target [batch, ...features]`,
      Received: `output [${output.shape.join(', ')}], target [${target.shape.join(', ')}]`,
    },
    fix: count === 1 ? 'give both the same shape' : `emit ${count} numbers per feature, along a last axis`,
  })
}

/** Throws unless `output` is a float32 tensor, whose last axis has length `count` if that is above 1. */
export function assertOutput(kind: string, count: number, output: tf.Tensor): void {
  assertTensor(kind, 'output', output, 'float32')
  if (count === 1 || output.shape.at(-1) === count) return
  throw new ShapeError(`\`${kind}\` received \`output\` of the wrong shape.`, {
    facts: { Expected: `[batch, ...features, ${count}]`, Received: `[${output.shape.join(', ')}]` },
    fix: "pass a decoder's raw output, e.g. model.output(latents)",
  })
}

/** The mean, if the decoder emits it as it is. */
export function sameMean(kind: string, output: tf.Tensor): tf.Tensor {
  assertOutput(kind, 1, output)
  return clone(output)
}

/** The first of a feature's two parameters: `[batch, ...shape, 2]` -> `[batch, ...shape]`. */
export function firstParameter(kind: string, output: tf.Tensor): tf.Tensor {
  return tf.tidy(() => parametersOf(kind, 2, output)[0] as tf.Tensor)
}

/** Each of a feature's several parameters: `[batch, ...shape, count]` -> `count` of `[batch, ...shape]`; inside `tf.tidy`. */
export function parametersOf(kind: string, count: number, output: tf.Tensor): tf.Tensor[] {
  assertOutput(kind, count, output)
  const shape = output.shape.slice(0, -1)
  return unstack(parametersFirst(output)).map((parameter) => tf.reshape(parameter, shape))
}

function split(output: tf.Tensor, flat: readonly [number, number], count: number): tf.Tensor[] {
  if (count === 1) return [tf.reshape(output, [...flat])]
  return unstack(tf.reshape(parametersFirst(output), [count, ...flat]))
}

/**
 * `[batch, ...shape, count]` -> `[count, features of all]`. By a transposition, which makes each parameter contiguous in
 * memory: wasm slices along a last axis number by number, a hundred times slower.
 */
function parametersFirst(output: tf.Tensor): tf.Tensor {
  const count = output.shape.at(-1) ?? 1
  return transpose(tf.reshape(output, [output.size / count, count]))
}
