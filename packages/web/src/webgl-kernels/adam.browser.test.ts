import { expectClose } from '@ae/library/testing'
import { clone, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { expectNoLeak, floats, largest, numbers, runKernel, take, webglBackend } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'
import { compiledPrograms, outputsAtOnce } from './programs.ts'

beforeAll(() => webgl.activate())

const attributes = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const shapes = [[], [1], [3, 2], [17], [5, 9, 2], [3, 3, 1, 4], [0]]

test('three steps over several variables are within 1e-6 of float64', () => {
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
      const inputs = {
        ...named('parameter', tensors.parameter),
        ...named('gradient', gradient),
        ...named('mean', tensors.mean),
        ...named('square', tensors.square),
      }
      const outputs = runKernel('AeAdam', inputs, { ...attributes, count: shapes.length, step })
      expect(outputs.map(({ shape }) => shape)).toEqual([...shapes, ...shapes, ...shapes])
      for (const tensor of [...Object.values(tensors).flat(), ...gradient]) tensor.dispose()
      const n = shapes.length
      tensors = { parameter: outputs.slice(0, n), mean: outputs.slice(n, 2 * n), square: outputs.slice(2 * n) }
      for (const [i, variable] of state.entries()) adamStep(variable, gradients[i] ?? [], step)
    }
    for (const [i, { parameter, mean, square }] of state.entries()) {
      const [p, m, s] = take(...[tensors.parameter, tensors.mean, tensors.square].map((of) => of[i] as Tensor))
      expectClose(p ?? [], parameter, { absolute: 1e-6 * largest(parameter) })
      expectClose(m ?? [], mean, { absolute: 1e-6 * largest(mean) })
      expectClose(s ?? [], square, { relative: 1e-6, absolute: 1e-37 })
    }
  })
})

test('the change of a parameter is within 2e-6 of float64', () => {
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
  expectClose(parameter, variable.parameter, { absolute: 2e-6 * largest(variable.parameter) })
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

test('a variable takes one draw call, its three outputs at once', () => {
  expect(outputsAtOnce(webglBackend())).toBeGreaterThanOrEqual(3)
  const inputs = Object.fromEntries(
    ['parameter0', 'gradient0', 'mean0', 'square0'].map((name) => [
      name,
      floats(numbers(name, 6).map(Math.abs), [2, 3]),
    ]),
  )
  const run = () => runKernel('AeAdam', inputs, { ...attributes, count: 1, step: 1 })
  run() // uploads the inputs
  const { gl } = webglBackend().gpgpu
  let calls = 0
  const { drawElements } = gl
  gl.drawElements = (...parameters) => {
    calls++
    drawElements.apply(gl, parameters)
  }
  run()
  gl.drawElements = drawElements
  expect(calls).toBe(1)
})

test('ten steps at changing rates compile nothing after the first', () => {
  const size = 6
  const inputs = { parameter0: zeros([size]), gradient0: zeros([size]), mean0: zeros([size]), square0: zeros([size]) }
  const run = (step: number) => {
    const changing = { learningRate: 1 / step, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 / step, count: 1, step }
    take(...runKernel('AeAdam', inputs, changing))
  }
  run(1)
  const before = compiledPrograms(webglBackend())
  for (let step = 2; step <= 11; step++) run(step)
  expect(before).toBeGreaterThan(0)
  expect(compiledPrograms(webglBackend())).toBe(before)
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
