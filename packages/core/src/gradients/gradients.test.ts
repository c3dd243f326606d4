import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { allGradients } from './all.ts'
import { registerGradients } from './register-gradients.ts'
import type { GradientCase } from './testing/cases/row.ts'
import { gradientCases } from './testing/cases.ts'
import { checkCase } from './testing/check-case.ts'

registerGradients()
const unused = recordUse(Object.keys(allGradients()))

describe('a gradient agrees with central differences and leaks nothing', () => {
  it.each(gradientCases)('$name', (gradientCase) => {
    return expectNoLeak(() => checkCase(gradientCase, { absolute: 1e-4, relative: 1e-4 }))
  })
})

describe('the gradient of a gradient agrees with central differences', () => {
  // Differences of such long sums are mostly rounding; the conformance tests compare these with PyTorch.
  const cases = gradientCases.filter(({ name }) => !/^conv2d, padding/.test(name))
  it.each(cases)('$name', (gradientCase) => {
    return expectNoLeak(() => checkCase(gradientOfSquares(gradientCase), { absolute: 1e-3, relative: 1e-3 }))
  })
})

it('the table above runs every gradient that is registered', () => {
  expect([...unused]).toEqual([])
})

/** The program that gives all gradients of (a program squared, plus its inputs squared), in one row. */
function gradientOfSquares({ op, ...gradientCase }: GradientCase): GradientCase {
  const program = op as (...inputs: tf.Tensor[]) => tf.Tensor
  const sumOfSquares = (x: tf.Tensor) => tf.sum(tf.square(tf.cast(x, 'float32')))
  const squares = (...inputs: tf.Tensor[]) => tf.addN([program(...inputs), ...inputs].map(sumOfSquares))
  const gradients = (...inputs: tf.Tensor[]) =>
    tf.concat(
      tf
        .grads(squares)(inputs)
        .map((dx) => tf.reshape(dx, [-1])),
    )
  return { ...gradientCase, op: gradients }
}

/** The names of these kernels whose gradients have not run yet. */
function recordUse(kernelNames: readonly string[]): ReadonlySet<string> {
  const names = new Set(kernelNames)
  for (const name of kernelNames) {
    const registered = tf.getGradient(name)
    const { gradFunc } = registered
    registered.gradFunc = (...parameters) => {
      names.delete(name)
      return gradFunc(...parameters)
    }
  }
  return names
}
