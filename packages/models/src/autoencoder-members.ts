// The members that every autoencoder has, with the checks of what they are given: from how it encodes and decodes.
import type { Autoencoder, Shape } from '@ae/core'
import { assertBatchOf } from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'

/** What the members are made from. */
export interface AutoencoderPasses {
  /** The shape of one example. */
  readonly inputShape: Shape
  /** The length of its code. */
  readonly codeSize: number
  /** The option that decides it, for messages; none where it follows from others. */
  readonly codeSizeOption?: 'codeSize' | 'latentSize' | undefined
  /** From a batch to its codes; called inside `tf.tidy`. */
  readonly encodeIn: (x: tf.Tensor) => tf.Tensor2D
  /** From codes to a batch in the units of the data; called inside `tf.tidy`. */
  readonly decodeIn: (code: tf.Tensor2D) => tf.Tensor
  /** Throws a `DisposedError` once the model is disposed of. */
  readonly assertAlive: (functionName: string) => void
}

/** The members, and the checks for a model's own ones. */
export interface AutoencoderMembers {
  readonly members: Pick<Autoencoder, 'inputShape' | 'codeSize' | 'encode' | 'decode' | 'reconstruct'>
  /** Throws a `DisposedError` once the model is disposed of, a `ShapeError` when `x` is no batch of its examples. */
  check(functionName: string, x: tf.Tensor): void
  /** The same for codes, which the function calls `name`. */
  checkCode(functionName: string, name: string, code: tf.Tensor): void
}

/** `encode`, `decode` and `reconstruct` of a model whose passes need nothing but the batch. */
export function autoencoderMembers(passes: AutoencoderPasses): AutoencoderMembers {
  const { inputShape, codeSize, codeSizeOption, encodeIn, decodeIn, assertAlive } = passes
  const check = (functionName: string, x: tf.Tensor) => {
    assertAlive(functionName)
    assertBatchOf(functionName, 'x', x, inputShape, { option: 'inputShape' })
  }
  const checkCode = (functionName: string, name: string, code: tf.Tensor) => {
    assertAlive(functionName)
    assertBatchOf(functionName, name, code, [codeSize], { option: codeSizeOption })
  }
  return {
    check,
    checkCode,
    members: {
      inputShape,
      codeSize,
      encode(x) {
        check('encode', x)
        return tf.tidy(() => encodeIn(x))
      },
      decode(code) {
        checkCode('decode', 'code', code)
        return tf.tidy(() => decodeIn(code))
      },
      reconstruct(x) {
        check('reconstruct', x)
        return tf.tidy(() => decodeIn(encodeIn(x)))
      },
    },
  }
}
