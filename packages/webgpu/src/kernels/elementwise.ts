// A dispatch with one invocation for each value of a result.
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { util } from '@tensorflow/tfjs-core'
import type { Dispatch } from './recorder.ts'

const workgroupSize = 256

/**
 * The part of a dispatch that says how its work is divided.
 *
 * @param like a result
 * @param statement what to do for the value at `at`; it finds the number of values as `sizes.count`, and the length of
 *   rows as `sizes.columns`
 */
export function elementwise(
  like: TensorInfo,
  statement: string,
): Pick<Dispatch, 'sizes' | 'workgroupSize' | 'workgroups' | 'code'> {
  const count = util.sizeFromShape(like.shape)
  return {
    sizes: { count, columns: like.shape.at(-1) ?? 1 },
    workgroupSize,
    workgroups: Math.ceil(count / workgroupSize),
    code: () => ({
      body: `  let at = group * ${workgroupSize}u + local;
  if (at < sizes.count) { ${statement} }`,
    }),
  }
}
