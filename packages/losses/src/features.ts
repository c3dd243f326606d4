// The two checks that every loss shares: equal shapes, and features flattened into one axis.
import { reshape, ShapeError } from '@ae/core'
import { assertTensor } from '@ae/core/internal'
import type { Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-core'

/** `[batch, ...shape]` -> `[batch, features]`; `x` itself if it has that rank already. */
export function flattenFeatures(x: Tensor): Tensor2D {
  if (x.rank === 2) return x as Tensor2D
  const batch = x.shape[0] ?? 1
  return reshape<Rank.R2>(x, [batch, batch === 0 ? 0 : x.size / batch])
}

/** Throws unless both are float32 tensors of the same shape, with a batch axis and at least one feature axis. */
export function assertSameShape(functionName: string, nameA: string, a: Tensor, nameB: string, b: Tensor): void {
  assertTensor(functionName, nameA, a, 'float32')
  assertTensor(functionName, nameB, b, 'float32')
  const same = a.rank === b.rank && a.shape.every((length, axis) => length === b.shape[axis])
  if (same && a.rank >= 2) return
  throw new ShapeError(`\`${functionName}\` received \`${nameA}\` and \`${nameB}\` whose shapes do not match.`, {
    facts: {
      Expected: `${nameA} and ${nameB} of the same shape [batch, ...features]`,
      Received: `${nameA} [${a.shape.join(', ')}], ${nameB} [${b.shape.join(', ')}]`,
    },
    fix: `reshape one to the other, e.g. tf.reshape(${nameB}, ${nameA}.shape)`,
  })
}

/** Throws unless `code` is a float32 tensor `[batch, codeSize]`. */
export function assertCode(functionName: string, code: Tensor): asserts code is Tensor2D {
  assertTensor(functionName, 'code', code, 'float32')
  if (code.rank === 2) return
  throw new ShapeError(`\`${functionName}\` received \`code\` of the wrong shape.`, {
    facts: { Expected: '[batch, codeSize]', Received: `[${code.shape.join(', ')}]` },
    fix: 'reshape it first, e.g. tf.reshape(code, [batch, -1])',
  })
}
