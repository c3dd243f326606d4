import { expectClose } from '@ae/library/testing'
import { backend, clone, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { expectNoLeak, floats, largest, numbers, runKernel, take } from '../../testing/kernel-calls.ts'
import { onNative } from '../../testing/linked.ts'
import type { Binding } from '../binding.ts'

const attributes = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const shapes = [[1], [3, 2], [17], [5, 9, 2], [0]]

onNative('the Adam kernel on libtensorflow', () => {
  test('three steps over several variables are near float64: parameters 1e-7, means 2e-6, squares 2e-5', () => {
    const state = shapes.map((shape, variable) => {
      const size = shape.reduce((product, length) => product * length, 1)
      return { parameter: numbers(`parameter${variable}`, size), mean: zerosOf(size), square: zerosOf(size) }
    })
    expectNoLeak(() => {
      let tensors = {
        parameter: state.map(({ parameter }, i) => floats(parameter, shapes[i] ?? [])),
        mean: shapes.map((shape) => zeros(shape)),
        square: shapes.map((shape) => zeros(shape)),
      }
      for (const step of [1, 2, 3]) {
        // Gradients of every size, down to those that epsilon matters for.
        const gradients = state.map(({ parameter }, i) =>
          numbers(`gradient${i}.${step}`, parameter.length, 10 ** -(2 * i + step)),
        )
        const gradient = gradients.map((values, i) => floats(values, shapes[i] ?? []))
        const outputs = runKernel(
          'AeAdam',
          {
            ...named('parameter', tensors.parameter),
            ...named('gradient', gradient),
            ...named('mean', tensors.mean),
            ...named('square', tensors.square),
          },
          { ...attributes, count: shapes.length, step },
        )
        expect(outputs.map(({ shape }) => shape)).toEqual([...shapes, ...shapes, ...shapes])
        for (const tensor of [...Object.values(tensors).flat(), ...gradient]) tensor.dispose()
        const n = shapes.length
        tensors = { parameter: outputs.slice(0, n), mean: outputs.slice(n, 2 * n), square: outputs.slice(2 * n) }
        for (const [i, variable] of state.entries()) adamStep(variable, gradients[i] ?? [], step)
      }
      for (const [i, { parameter, mean, square }] of state.entries()) {
        const [p, m, s] = [tensors.parameter[i], tensors.mean[i], tensors.square[i]]
        expectClose(Array.from(p?.dataSync() ?? []), parameter, { absolute: 1e-7 * largest(parameter) })
        expectClose(Array.from(m?.dataSync() ?? []), mean, { absolute: 2e-6 * largest(mean) })
        // libtensorflow computes 1 - beta2 in float32, 1.3e-5 off; the correction of the moments makes up for it.
        expectClose(Array.from(s?.dataSync() ?? []), square, { relative: 2e-5 })
      }
      for (const tensor of Object.values(tensors).flat()) tensor.dispose()
    })
  })

  test('the change of a parameter is within 5e-6 of float64', () => {
    const size = 37
    const gradient = numbers('gradient', size, 1e-4)
    const variable = {
      parameter: zerosOf(size),
      mean: numbers('mean', size, 1e-4),
      square: numbers('square', size).map((x) => Math.fround(x * x * 1e-8)),
    }
    const inputs = {
      parameter0: zeros([size]),
      gradient0: floats(gradient, [size]),
      mean0: floats(variable.mean, [size]),
      square0: floats(variable.square, [size]),
    }
    const [parameter = []] = take(...runKernel('AeAdam', inputs, { ...attributes, count: 1, step: 1000 }))
    adamStep(variable, gradient, 1000)
    expectClose(parameter, variable.parameter, { absolute: 5e-6 * largest(variable.parameter) })
  })

  test('a step writes new tensors: a copy of the old variable keeps its values', () => {
    const before = floats([1, 2, 3], [3])
    const copy = clone(before)
    const inputs = { parameter0: before, gradient0: floats([1, 1, 1], [3]), mean0: zeros([3]), square0: zeros([3]) }
    const outputs = runKernel('AeAdam', inputs, { ...attributes, count: 1, step: 1 })
    expect(take(copy, before)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(take(...outputs)[0]).not.toEqual([1, 2, 3])
  })

  test('steps from the same tensors give the same numbers, also where they are the results of a step', () => {
    expectNoLeak(() => {
      const [gradient, zero] = [floats([1, -2, 3], [3]), zeros([3])]
      const state = { gradient0: gradient, mean0: zero, square0: zero }
      const run = (inputs: Record<string, Tensor>, step: number) =>
        runKernel('AeAdam', inputs, { ...attributes, count: 1, step })
      const first = run({ ...state, parameter0: zero }, 1)
      const [parameter0, mean0, square0] = first as [Tensor, Tensor, Tensor]
      const next = { gradient0: gradient, parameter0, mean0, square0 }
      expect(take(...run(next, 2))).toEqual(take(...run(next, 2)))
      expect(take(...run({ ...state, parameter0: zero }, 1))).toEqual(take(...first))
      gradient.dispose()
      zero.dispose()
    })
  })

  test('a step that TensorFlow refuses leaves nothing behind', () => {
    const { binding } = backend() as unknown as { binding: Binding }
    const executeOp: Binding['executeOp'] = (name, ...rest) => {
      if (name === 'ResourceApplyAdam') throw new Error('out of memory')
      return binding.executeOp(name, ...rest)
    }
    expectNoLeak(() => {
      const inputs = { parameter0: zeros([3]), gradient0: zeros([3]), mean0: zeros([3]), square0: zeros([3]) }
      Object.assign(backend(), { binding: Object.create(binding, { executeOp: { value: executeOp } }) })
      try {
        expect(() => runKernel('AeAdam', inputs, { ...attributes, count: 1, step: 1 })).toThrowError('out of memory')
      } finally {
        Object.assign(backend(), { binding })
        for (const input of Object.values(inputs)) input.dispose()
      }
    })
  })

  test('a gradient of another shape and a missing attribute are refused, and nothing leaks', () => {
    const inputs = { parameter0: zeros([3]), gradient0: zeros([4]), mean0: zeros([3]), square0: zeros([3]) }
    expectNoLeak(() => {
      const numbersOf = { ...attributes, count: 1, step: 1 }
      expect(() => runKernel('AeAdam', inputs, numbersOf)).toThrowErrorMatchingInlineSnapshot(`
      [ShapeError: \`AeAdam\` received \`gradient0\` of the wrong shape.

      Expected: [3]
      Received: [4]]
    `)
      expect(() => runKernel('AeAdam', inputs, { ...attributes, count: 1 })).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`AeAdam\` received a bad \`step\`.

      Expected: a number
      Received: undefined]
    `)
      expect(() =>
        runKernel('AeAdam', { ...inputs, gradient0: inputs.mean0 }, { ...numbersOf, count: 2 }),
      ).toThrowErrorMatchingInlineSnapshot(`
        [AutoencoderError: \`AeAdam\` on libtensorflow received a bad \`parameter1\`.

        Expected: a float32 tensor
        Received: nothing
        Fix:      cast it first, e.g. tf.cast(parameter1, 'float32')]
      `)
    })
  })
})

/** One Adam step in float64, in place: PyTorch's formula. */
function adamStep(
  { parameter, mean, square }: { parameter: number[]; mean: number[]; square: number[] },
  gradient: readonly number[],
  step: number,
): void {
  const { learningRate, beta1, beta2, epsilon } = attributes
  for (const [i, g] of gradient.entries()) {
    const m = beta1 * Number(mean[i]) + (1 - beta1) * g
    const v = beta2 * Number(square[i]) + (1 - beta2) * g * g
    mean[i] = m
    square[i] = v
    const change = m / (1 - beta1 ** step) / (Math.sqrt(v / (1 - beta2 ** step)) + epsilon)
    parameter[i] = Number(parameter[i]) - learningRate * change
  }
}

function named(prefix: string, tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(tensors.map((tensor, i) => [`${prefix}${i}`, tensor]))
}

function zerosOf(size: number): number[] {
  return Array.from({ length: size }, () => 0)
}
