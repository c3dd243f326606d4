// What keeps a kernel from reading or writing beyond a tensor: its inputs are there, of the right type and of the right shape.
import type { NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core'
import { AutoencoderError, ShapeError } from '../errors.ts'

/**
 * The input of this name.
 *
 * @param kernelName names the kernel in errors
 * @param dtype the type that it must have. Defaults to float32
 * @throws {AutoencoderError} when it is missing or of another type
 */
export function inputOf(
  kernelName: string,
  inputs: NamedTensorInfoMap,
  name: string,
  dtype: TensorInfo['dtype'] = 'float32',
): TensorInfo {
  const tensor = inputs[name]
  if (tensor?.dtype === dtype) return tensor
  throw new AutoencoderError(`\`${kernelName}\` received a bad \`${name}\`.`, {
    facts: {
      Expected: `a ${dtype} tensor`,
      Received: tensor === undefined ? 'nothing' : `a tensor of ${tensor.dtype}`,
    },
    fix: tensor && `cast it first, e.g. tf.cast(${name}, '${dtype}')`,
  })
}

/**
 * The error of an input of the wrong shape.
 *
 * @param expected its lengths; the name of each that may be any
 */
export function wrongShape(
  kernelName: string,
  name: string,
  expected: readonly (number | string)[],
  received: readonly number[],
): ShapeError {
  return new ShapeError(`\`${kernelName}\` received \`${name}\` of the wrong shape.`, {
    facts: { Expected: `[${expected.join(', ')}]`, Received: `[${received.join(', ')}]` },
  })
}
