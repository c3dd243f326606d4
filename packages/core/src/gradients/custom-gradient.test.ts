import '@tensorflow/tfjs-backend-cpu'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expectClose } from '@ae/library/testing'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { runFused } from '../kernels/kernel.ts'
import { reshape, withGradient } from './custom-gradient.ts'
import { registerGradients } from './register-gradients.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
  registerGradients()
})

/** x^3, from the formula of its gradient. */
function cube(x: tf.Tensor): tf.Tensor {
  return withGradient([x], () => ({
    value: tf.mul(tf.mul(x, x), x),
    saved: [x],
    gradient: (dy, [own]) => [tf.mul(tf.mul(3, dy), square(own as tf.Tensor))],
  }))
}

/** x^2, likewise. */
function square(x: tf.Tensor): tf.Tensor {
  return withGradient([x], () => ({
    value: tf.mul(x, x),
    saved: [x],
    gradient: (dy, [own]) => [tf.mul(tf.mul(2, dy), own as tf.Tensor)],
  }))
}

const values = async (run: () => tf.Tensor) => {
  const y = run()
  const numbers = Array.from(await y.data())
  y.dispose()
  return numbers
}

it('gives the value, the gradient that it is told, and the gradients of that one', async () => {
  const x = tf.tensor1d([-2, 0.5, 3])
  const first = tf.grad(cube)
  const second = tf.grad((point: tf.Tensor) => first(point))
  const third = tf.grad((point: tf.Tensor) => second(point))
  expect(await values(() => cube(x))).toEqual([-8, 0.125, 27])
  expect(await values(() => first(x))).toEqual([12, 0.75, 27]) // 3 x^2
  expect(await values(() => second(x))).toEqual([-12, 3, 18]) // 6 x
  expect(await values(() => third(x))).toEqual([6, 6, 6])
  x.dispose()
})

/** tanh, whose gradient reads what the op gives. */
function hyperbolic(x: tf.Tensor): tf.Tensor {
  return withGradient([x], () => {
    const value = tf.tanh(x)
    return {
      value,
      saved: [value],
      gradient: (dy, [own]) => [tf.mul(dy, tf.sub(1, tf.mul(own as tf.Tensor, own as tf.Tensor)))],
    }
  })
}

/** x^2 + x^4, whose gradient reads what was computed on the way. */
function quartic(x: tf.Tensor): tf.Tensor {
  return withGradient([x], () => {
    const once = tf.mul(x, x)
    return {
      value: tf.add(once, tf.mul(once, once)),
      saved: [x, once],
      gradient: (dy, [own, squared]) => [
        tf.mul(dy, tf.mul(tf.mul(own as tf.Tensor, 2), tf.add(1, tf.mul(squared as tf.Tensor, 2)))),
      ],
    }
  })
}

describe('the gradient of a gradient is right, and so is its own', () => {
  const points = [-1.5, 0.25, 2]
  const cases: readonly (readonly [string, (x: tf.Tensor) => tf.Tensor, readonly ((x: number) => number)[]])[] = [
    ['where the gradient reads the value', hyperbolic, [tanh1, tanh2, tanh3]],
    [
      'where it reads what was computed on the way',
      quartic,
      [(x) => 2 * x + 4 * x ** 3, (x) => 2 + 12 * x * x, (x) => 24 * x],
    ],
    [
      'of ops in the forward pass of another',
      (x) => nested(quartic, x),
      [(x) => 2 * x + 4 * x ** 3, (x) => 2 + 12 * x * x, (x) => 24 * x],
    ],
  ]

  /** An op that computes by an op with a gradient of its own, and saves what that gives. */
  function nested(op: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor {
    return withGradient([x], () => ({
      value: op(x),
      saved: [op(tf.mul(x, 1)), x],
      // (x^2 + x^4 - x^2) 4 / x + 2 x, from the value itself
      gradient: (dy, [value, own]) => {
        const [y, point] = [value as tf.Tensor, own as tf.Tensor]
        return [tf.mul(dy, tf.add(tf.mul(point, 2), tf.mul(tf.div(tf.sub(y, tf.mul(point, point)), point), 4)))]
      },
    }))
  }

  it.each(cases)('%s', async (_name, op, derivatives) => {
    const x = tf.tensor1d(points)
    const before = tf.memory().numTensors
    let derivative: (x: tf.Tensor) => tf.Tensor = op
    for (const expected of derivatives) {
      derivative = tf.grad(derivative)
      const actual = await values(() => derivative(x))
      expectClose(actual, points.map(expected), { relative: 1e-5, absolute: 1e-5 })
    }
    expect(tf.memory().numTensors).toBe(before)
    x.dispose()
  })

  it('of several values, of which one is read by the gradient of the other', () => {
    // (e^x, x e^x): the second's gradient is e^x + x e^x, of both values
    const both = (x: tf.Tensor) =>
      withGradient<[tf.Tensor, tf.Tensor]>([x], () => {
        const first = tf.exp(x)
        const second = tf.mul(x, first)
        return {
          value: [first, second],
          saved: [first, second],
          gradient: ([dFirst, dSecond], [own, ownSecond]) => [
            tf.add(tf.mul(dFirst, own as tf.Tensor), tf.mul(dSecond, tf.add(own as tf.Tensor, ownSecond as tf.Tensor))),
          ],
        }
      })
    const x = tf.scalar(0.5)
    const second = tf.grad((point: tf.Tensor) => tf.grad((p: tf.Tensor) => tf.add(...both(p)))(point))(x)
    expect(second.dataSync()[0]).toBeCloseTo(3.5 * Math.exp(0.5), 5) // (x + 1) e^x, twice: (x + 3) e^x
    tf.dispose([x, second])
  })

  it('treats everything that is not an input as a constant, as the gradient itself does', () => {
    // x c with c not among the inputs: d/dc of the gradient, which is c, is none
    const scaled = (x: tf.Tensor, c: tf.Tensor) =>
      withGradient([x], () => ({
        value: tf.mul(x, c),
        saved: [tf.mul(c, 1), c],
        gradient: (dy, [product, own]) => [tf.mul(dy, tf.sub(tf.mul(product as tf.Tensor, 2), own as tf.Tensor))],
      }))
    const [x, c] = [tf.scalar(2), tf.scalar(3)]
    const gradient = (factor: tf.Tensor) => tf.grad((point: tf.Tensor) => tf.mul(scaled(point, factor), point))(x)
    // d/dx (x c x) = x c + c x by the op's own gradient; by c what is left is that of the other factor, the value, which has none
    expect(() => tf.grad(gradient)(c)).toThrow('Cannot compute gradient of y=f(x)')
    tf.dispose([x, c])
  })
})

const tanh1 = (x: number) => 1 - Math.tanh(x) ** 2
const tanh2 = (x: number) => -2 * Math.tanh(x) * tanh1(x)
const tanh3 = (x: number) => -2 * tanh1(x) ** 2 - 2 * Math.tanh(x) * tanh2(x)

type Run = (...call: [name: string, inputs: object, attributes: object, compose: () => tf.Tensor]) => tf.Tensor

it('runs a fused kernel where it is recorded once, and composes the op where its gradient is differentiated', async () => {
  const calls: string[] = []
  const kernel = (kernelName: string, run: (inputs: tf.NamedTensorInfoMap) => tf.TensorInfo) => {
    const kernelFunc = ({ inputs }: { readonly inputs: tf.NamedTensorInfoMap }) => {
      calls.push(kernelName)
      return run(inputs)
    }
    tf.registerKernel({ kernelName, backendName: 'cpu', kernelFunc: kernelFunc as tf.KernelFunc })
  }
  const [forward, backward] = ['AeBernoulli', 'AeBernoulliGradient'] as const
  const run = runFused as unknown as Run // their shapes differ from those of these two
  kernel(forward, ({ x }) => cube(x as tf.Tensor))
  kernel(backward, ({ x, dy }) => tf.mul(dy as tf.Tensor, tf.mul(3, square(x as tf.Tensor))))
  const op = (x: tf.Tensor) =>
    withGradient([x], () => ({
      value: run(forward, { x }, {}, () => tf.mul(tf.mul(x, x), x)),
      saved: [x],
      gradient: (dy, [own]) => [
        run(backward, { x: own as tf.Tensor, dy }, {}, () =>
          tf.mul(dy, tf.mul(3, tf.mul(own as tf.Tensor, own as tf.Tensor))),
        ),
      ],
    }))
  const x = tf.scalar(2)
  const first = tf.grad(op)
  expect(await values(() => first(x))).toEqual([12])
  expect(calls).toEqual([forward, backward])
  calls.length = 0
  expect(await values(() => tf.grad((point: tf.Tensor) => first(point))(x))).toEqual([12]) // 6 x
  expect(calls).toEqual([])
  tf.unregisterKernel(forward, 'cpu')
  tf.unregisterKernel(backward, 'cpu')
  x.dispose()
})

it('gives each of several inputs its own gradient, and adds those of one that is used twice', async () => {
  const product = (a: tf.Tensor, b: tf.Tensor) =>
    withGradient([a, b], () => ({
      value: tf.mul(a, b),
      saved: [a, b],
      gradient: (dy, [ownA, ownB]) => [tf.mul(dy, ownB as tf.Tensor), tf.mul(dy, ownA as tf.Tensor)],
    }))
  const [a, b] = [tf.scalar(3), tf.scalar(5)]
  const gradients = tf.grads((x, y) => tf.add(product(x, y), product(x, x)))([a, b])
  expect(gradients.map((gradient) => gradient.dataSync()[0])).toEqual([5 + 2 * 3, 3])
  tf.dispose([a, b, gradients])
})

it('has several values, and those that the loss does not depend on count as constants', async () => {
  const sumAndProduct = (a: tf.Tensor, b: tf.Tensor) =>
    withGradient<[tf.Tensor, tf.Tensor]>([a, b], () => ({
      value: [tf.add(a, b), tf.mul(a, b)],
      saved: [a, b],
      gradient: ([sum, product], [ownA, ownB]) => [
        tf.add(sum, tf.mul(product, ownB as tf.Tensor)),
        tf.add(sum, tf.mul(product, ownA as tf.Tensor)),
      ],
    }))
  const [a, b] = [tf.tensor1d([3, 4]), tf.tensor1d([5, 6])]
  const gradientsOf = async (loss: (sum: tf.Tensor, product: tf.Tensor) => tf.Tensor) => {
    const gradients = tf.grads((x, y) => loss(...sumAndProduct(x, y)))([a, b])
    const numbers = gradients.map((gradient) => Array.from(gradient.dataSync()))
    tf.dispose(gradients)
    return numbers
  }
  const before = tf.memory().numTensors
  expect(await gradientsOf((sum, product) => tf.sub(sum, product))).toEqual([
    [-4, -5],
    [-2, -3],
  ])
  expect(await gradientsOf((sum) => sum)).toEqual([
    [1, 1],
    [1, 1],
  ])
  expect(await gradientsOf((_, product) => product)).toEqual([
    [5, 6],
    [3, 4],
  ])
  expect(tf.memory().numTensors).toBe(before)
  tf.dispose([a, b])
})

it('the backward pass has what was saved, though the caller disposed it', async () => {
  const x = tf.tensor1d([2, 3])
  const gradient = tf.grad((point: tf.Tensor) => {
    const doubled = tf.mul(point, 2)
    const y = square(doubled)
    doubled.dispose()
    return y
  })
  expect(await values(() => gradient(x))).toEqual([16, 24])
  x.dispose()
})

it('a reshape has the gradient of its shape', async () => {
  const x = tf.tensor2d([[1, 2, 3, 4]])
  const gradient = tf.grad((point: tf.Tensor) => square(reshape(point, [2, -1])))(x)
  expect(gradient.shape).toEqual([1, 4])
  expect(await values(() => gradient)).toEqual([2, 4, 6, 8])
  x.dispose()
})

it('leaves no tensor behind, recorded or not, nor when it fails', () => {
  const x = tf.scalar(2)
  const before = tf.memory().numTensors
  cube(x).dispose()
  tf.grad(cube)(x).dispose()
  tf.grad((point: tf.Tensor) => tf.grad(cube)(point))(x).dispose()
  const failing = (fails: 'in the forward pass' | 'while saving') =>
    withGradient([x], () => {
      const value = tf.mul(x, x)
      if (fails === 'in the forward pass') throw new Error(fails)
      return { value, saved: [x, undefined as unknown as tf.Tensor], gradient: (dy) => [dy] }
    })
  const { kernelDepth } = tf.engine().state
  expect(() => tf.grad(() => failing('in the forward pass'))(x)).toThrow('in the forward pass')
  expect(() => tf.grad(() => failing('while saving'))(x)).toThrow('undefined')
  // Inside of a gradient of a gradient, where what an op computes is recorded too.
  const inside = (fails: Parameters<typeof failing>[0]) => () => tf.grad(() => tf.grad(() => failing(fails))(x))(x)
  expect(inside('in the forward pass')).toThrow('in the forward pass')
  expect(inside('while saving')).toThrow('undefined')
  expect(tf.engine().state.kernelDepth).toBe(kernelDepth)
  expect(tf.memory().numTensors).toBe(before)
  x.dispose()
})

it('a backward pass lets go of what an op saved, and of its intermediates, as soon as it has passed the op', () => {
  const counts: number[] = []
  const op = (x: tf.Tensor) =>
    withGradient([x], () => ({
      value: tf.mul(x, 2),
      saved: [tf.ones([100]), tf.ones([100])],
      gradient: (dy) => {
        counts.push(tf.memory().numTensors)
        return [tf.mul(tf.mul(dy, 1), tf.mul(2, 1))]
      },
    }))
  const x = tf.scalar(2)
  tf.grad((point: tf.Tensor) => op(op(op(point))))(x).dispose()
  const [first = 0, second, third] = counts
  expect([second, third]).toEqual([first - 1, first - 3]) // two saved go, and a gradient that was read; one comes
  x.dispose()
})

it('a gradient stays while something uses it: several inputs, another op, the caller', async () => {
  const x = tf.tensor1d([1, 2])
  const withdrawn: tf.Tensor[] = []
  const withdraw = (gradient: tf.Tensor) => {
    withdrawn.push(tf.keep(gradient))
    return gradient
  }
  const constant = tf.keep(tf.tensor1d([5, 7]))
  const sum = (gradient: (dy: tf.Tensor) => tf.Tensor[]) => (a: tf.Tensor, b: tf.Tensor) =>
    withGradient([a, b], () => ({ value: tf.add(a, b), saved: [], gradient }))
  const foreign = (a: tf.Tensor, b: tf.Tensor) =>
    tf.customGrad((left, right) => ({
      value: tf.add(left as tf.Tensor, right as tf.Tensor),
      gradFunc: (dy) => [dy, dy],
    }))(a, b)
  const passOn = (a: tf.Tensor) => withGradient([a], () => ({ value: tf.mul(a, 1), saved: [], gradient: (dy) => [dy] }))
  const cases: Readonly<Record<string, readonly [(a: tf.Tensor, b: tf.Tensor) => tf.Tensor, readonly number[]]>> = {
    'one tensor for two inputs': [sum((dy) => Array<tf.Tensor>(2).fill(tf.mul(dy, 1))), [16, 128]],
    'what came in, for both': [sum((dy) => [dy, dy]), [16, 128]],
    "handed on by an op of tf's": [foreign, [16, 128]],
    'and then by ours': [(a, b) => foreign(a, passOn(b)), [16, 128]],
    'of before': [sum(() => [constant, constant.clone()]), [20, 56]],
    kept: [sum((dy) => [withdraw(tf.mul(dy, 1)), withdraw(tf.mul(dy, 1))]), [16, 128]],
  }
  for (const [name, [op, expected]] of Object.entries(cases)) {
    const gradient = tf.grad((point: tf.Tensor) =>
      square(reshape(op(square(point), square(reshape(point, [2]))), [2, 1])),
    )
    expect(await values(() => gradient(x)), name).toEqual(expected)
  }
  expect([constant, ...withdrawn].map(({ isDisposed }) => isDisposed)).toEqual([false, false, false])
  tf.dispose([x, constant, withdrawn])
})

it('what a step remembers is gone with the next collections of the young generation', async () => {
  // A compilation in another thread holds what a function remembers until it is done, whenever that is.
  for (const flag of ['--expose-gc', '--no-maglev', '--no-opt']) setFlagsFromString(flag)
  const collect: (options?: { readonly type: 'minor' }) => void = runInNewContext('gc')
  const x = tf.scalar(2)
  const step = (bytes: number) => {
    const op = (y: tf.Tensor) => {
      const remembered = new ArrayBuffer(bytes) // counted by the process, and released with what refers to it
      return withGradient([y], () => ({
        value: tf.mul(y, y),
        saved: [],
        gradient: (dy) => [tf.mul(dy, remembered.byteLength > 0 ? 2 : 3)],
      }))
    }
    tf.grad((point: tf.Tensor) => op(op(op(op(point)))))(x).dispose()
  }
  for (let i = 0; i < 100; i++) step(8)
  collect()
  await setImmediate()
  collect()
  await setImmediate()
  const before = process.memoryUsage().arrayBuffers
  step(2 ** 20)
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(3 * 2 ** 20)
  for (let i = 0; i < 3; i++) {
    collect({ type: 'minor' })
    await setImmediate()
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20)
  x.dispose()
})
