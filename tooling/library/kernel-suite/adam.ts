// Adam (Kingma and Ba 2015; epsilon outside the root, as in PyTorch).
import { clone, type NamedTensorMap } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { runKernel } from '../kernel-calls.ts'
import { computed, type Numbers, numbers } from './numbers.ts'
import { near, type Subject, taken, tensorsOf } from './suite.ts'

const settings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
const shapes = [[], [1], [3, 2], [17], [5, 9, 2], [3, 3, 1, 4], [0]]

/** The tests of `AeAdam`. */
export function describeAdam({ accuracy, expectNoLeak }: Subject): void {
  test('three steps of Adam over several variables are near float64', () =>
    expectNoLeak(async () => {
      let state = shapes.map((shape, i) => ({
        parameter: numbers(`parameter${i}`, shape),
        mean: computed(shape, () => 0),
        square: computed(shape, () => 0),
      }))
      const start = state.flatMap(({ parameter, mean, square }, i) => [
        [`parameter${i}`, parameter] as const,
        [`mean${i}`, mean] as const,
        [`square${i}`, square] as const,
      ])
      let tensors = tensorsOf(Object.fromEntries(start))
      for (const step of [1, 2, 3]) {
        // Gradients of every size, down to those that epsilon matters for.
        const gradients = shapes.map((shape, i) => numbers(`gradient${i}.${step}`, shape, 10 ** -(2 * i + step)))
        const inputs = { ...tensors, ...tensorsOf(Object.fromEntries(gradients.map((g, i) => [`gradient${i}`, g]))) }
        const outputs = runKernel('AeAdam', inputs, { ...settings, count: shapes.length, step })
        expect(outputs.map(({ shape }) => shape)).toEqual([...shapes, ...shapes, ...shapes])
        for (const input of Object.values(inputs)) input.dispose()
        const named = outputs.map((x, at) => [
          `${['parameter', 'mean', 'square'][Math.floor(at / shapes.length)]}${at % shapes.length}`,
          x,
        ])
        tensors = Object.fromEntries(named) as NamedTensorMap
        state = state.map((variable, i) => stepped(variable, gradients[i] as Numbers, step))
      }
      for (const [i, variable] of state.entries()) {
        for (const part of ['parameter', 'mean', 'square'] as const) {
          const tensor = tensors[`${part}${i}`]
          if (tensor !== undefined) near(await taken(tensor), variable[part].values, accuracy.adam?.[part])
        }
      }
    }))

  test("the change of a parameter by Adam's step is near float64", () =>
    expectNoLeak(async () => {
      const before = {
        parameter: computed([37], () => 0),
        mean: numbers('mean', [37], 1e-4),
        square: computed([37], (i) => Math.fround(Number(numbers('square', [37]).values[i]) ** 2 * 1e-8)),
      }
      const gradient = numbers('gradient', [37], 1e-4)
      const inputs = tensorsOf({
        parameter0: before.parameter,
        gradient0: gradient,
        mean0: before.mean,
        square0: before.square,
      })
      const [parameter, ...moments] = runKernel('AeAdam', inputs, { ...settings, count: 1, step: 1000 })
      const after = stepped(before, gradient, 1000).parameter.values
      if (parameter !== undefined) near(await taken(parameter), after, accuracy.adam?.change)
      for (const tensor of [...moments, ...Object.values(inputs)]) tensor.dispose()
    }))

  test('a step of Adam writes new parameters: a copy of the old variable keeps its values', () =>
    expectNoLeak(async () => {
      const zeros = computed([3], () => 0)
      const [before, ones] = [computed([3], (i) => i + 1), computed([3], () => 1)]
      const inputs = tensorsOf({ parameter0: before, gradient0: ones, mean0: zeros, square0: zeros })
      const copy = clone(inputs.parameter0 as NonNullable<typeof inputs.parameter0>)
      const outputs = runKernel('AeAdam', inputs, { ...settings, count: 1, step: 1 })
      expect(await taken(copy)).toEqual([1, 2, 3])
      const [parameter] = await Promise.all(outputs.map(taken))
      expect(parameter).not.toEqual([1, 2, 3])
      for (const input of Object.values(inputs)) input.dispose()
    }))
}

type Variable = Readonly<Record<'parameter' | 'mean' | 'square', Numbers>>

/** A variable after one step, in float64: PyTorch's formula. */
function stepped({ parameter, mean, square }: Variable, gradient: Numbers, step: number): Variable {
  const { learningRate, beta1, beta2, epsilon } = settings
  const at = (numbers: Numbers, i: number) => Number(numbers.values[i])
  const m = computed(mean.shape, (i) => beta1 * at(mean, i) + (1 - beta1) * at(gradient, i))
  const v = computed(mean.shape, (i) => beta2 * at(square, i) + (1 - beta2) * at(gradient, i) ** 2)
  const change = (i: number) => at(m, i) / (1 - beta1 ** step) / (Math.sqrt(at(v, i) / (1 - beta2 ** step)) + epsilon)
  return { parameter: computed(mean.shape, (i) => at(parameter, i) - learningRate * change(i)), mean: m, square: v }
}
