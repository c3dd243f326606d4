// The step of an optimiser by each rule, and the factor that clips gradients, against the formulas of their contracts.
import { clone, type NamedTensorMap } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adamStep, runKernel } from '../kernel-calls.ts'
import { computed, each, type Numbers, numbers } from './numbers.ts'
import { expectKernel, type Subject, taken, tensorsOf } from './suite.ts'

const slotsOf = {
  descent: '',
  momentum: 'a',
  sign: 'a',
  root: 'a',
  centered: 'ab',
  rootMomentum: 'ab',
  centeredMomentum: 'abc',
  moments: 'ab',
}

type Rule = keyof typeof slotsOf

const settings = {
  ...{ shrink: 0, decay: 0, weight: 0.25, limit: Number.POSITIVE_INFINITY },
  ...{ beta1: 0.75, gain1: 0.375, beta2: 0.875, gain2: 0.125, stepSize: 0.25, root: 1.5, epsilon: 0.0625 },
}

// More than one task, and parts of vectors.
const shapes = [[], [1], [3, 2], [17], [5, 9, 2], [0], [163, 301]]

/** The tests of `AeOptimize`. */
export function describeOptimize(subject: Subject): void {
  const { accuracy, expectNoLeak } = subject

  test.each(Object.keys(slotsOf) as Rule[])('the step of %s over several variables is near float64', (rule) =>
    expectNoLeak(async () => {
      await expectStep(rule, {})
      await expectStep(rule, { decay: 0.125, shrink: 0.03125, isScaled: true, limit: 0.5, isAveraged: true })
      await expectStep(rule, { isAveraged: true, weight: 1 })
    }),
  )

  async function expectStep(
    rule: Rule,
    changes: Partial<typeof settings & Record<'isScaled' | 'isAveraged', boolean>>,
  ) {
    const attributes = { isScaled: false, isAveraged: false, ...settings, ...changes, rule, count: shapes.length }
    const variables = shapes.map((shape, i) => {
      const slot = (name: string) => numbers(`${name}${i}`, shape)
      const mean = numbers(`mean${i}`, shape, 0.5)
      // Above the squares of means.
      const square = each((x) => Math.fround(1 + 4 * x * x), mean)
      const isSquare = { a: rule.startsWith('root') || rule.startsWith('centered'), b: rule === 'moments' }
      return {
        parameter: slot('parameter'),
        gradient: slot('gradient'),
        a: isSquare.a ? square : mean,
        b: isSquare.b ? square : mean,
        c: slot('c'),
        average: slot('average'),
        factor: computed([], () => 0.75),
      }
    })
    const names = ['parameter', ...slotsOf[rule], ...(attributes.isAveraged ? ['average'] : [])] as const
    const read = ['gradient', ...names, ...(attributes.isScaled ? ['factor'] : [])]
    const inputs = variables.flatMap((variable, i) =>
      read.map((name) => [`${name}${i}`, variable[name as keyof typeof variable]] as const),
    )
    const after = variables.map((variable) => stepped(variable, attributes))
    const expected = names.flatMap((name) => after.map((variable) => variable[name as keyof typeof variable]))
    await expectKernel(subject, 'AeOptimize', Object.fromEntries(inputs), attributes, expected, accuracy.optimize)
  }

  test('a step of no variable gives nothing', () =>
    expectNoLeak(() => expectKernel(subject, 'AeOptimize', {}, adamStep({ count: 0 }), [])))

  test('a number that is not finite reaches what it moves', () =>
    expectNoLeak(async () => {
      for (const rule of ['moments', 'sign', 'descent'] as const) {
        const zero = computed([1], () => 0)
        const inputs = tensorsOf({ parameter0: zero, gradient0: computed([1], () => Number.NaN), a0: zero, b0: zero })
        const outputs = runKernel('AeOptimize', inputs, { ...adamStep(), rule })
        expect(await taken(outputs[0] as NonNullable<(typeof outputs)[0]>), rule).toEqual([Number.NaN])
        for (const tensor of [...outputs.slice(1), ...Object.values(inputs)]) tensor.dispose()
      }
    }))

  test('a step writes new parameters, slots and averages: copies of the old keep their values', () =>
    expectNoLeak(async () => {
      const before = computed([3], (i) => i + 1)
      const inputs = tensorsOf({ parameter0: before, gradient0: before, a0: before, b0: before, average0: before })
      const { gradient0: _, ...changed } = inputs
      const copies = Object.values(changed as NamedTensorMap).map((tensor) => clone(tensor))
      const outputs = runKernel('AeOptimize', inputs, adamStep({ isAveraged: true }))
      for (const copy of copies) expect(await taken(copy)).toEqual([1, 2, 3])
      for (const output of outputs) expect(await taken(output)).not.toEqual([1, 2, 3])
      for (const input of Object.values(inputs)) input.dispose()
    }))
}

/** The tests of `AeClipFactor`. */
export function describeClipFactor(subject: Subject): void {
  test.each([1e-3, 1, 1e6])('the factor that clips gradients to a norm of %d is near float64', (maximum) =>
    subject.expectNoLeak(async () => {
      const gradients = shapes.map((shape, i) => numbers(`g${i}`, shape, 10 ** -i))
      const sum = gradients.reduce((sum, { values }) => sum + values.reduce((sum, value) => sum + value * value, 0), 0)
      const factor = computed([], () => Math.min(1, maximum / (Math.sqrt(sum) + 1e-6)))
      const inputs = Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, gradient]))
      const attributes = { count: shapes.length, maximum }
      await expectKernel(subject, 'AeClipFactor', inputs, attributes, [factor], subject.accuracy.clipFactor)
    }),
  )

  test('the factor of more gradients than a GPU may bind at once counts all of them', () =>
    subject.expectNoLeak(async () => {
      const gradients = Array.from({ length: 41 }, (_, i) => computed([3], () => i + 1))
      const inputs = Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, gradient]))
      const norm = Math.sqrt((3 * 41 * 42 * 83) / 6) // of the squares of 1 to 41
      const factor = computed([], () => 2 / (norm + 1e-6))
      await expectKernel(subject, 'AeClipFactor', inputs, { count: 41, maximum: 2 }, [factor], { relative: 1e-6 })
    }))

  test('the factor of gradients that are 0, and of no gradient, is 1', () =>
    subject.expectNoLeak(async () => {
      const one = computed([], () => 1)
      const zero = { gradient0: computed([5], () => 0) }
      await expectKernel(subject, 'AeClipFactor', zero, { count: 1, maximum: 0.5 }, [one])
      await expectKernel(subject, 'AeClipFactor', {}, { count: 0, maximum: 0.5 }, [one])
    }))
}

type Variable = Readonly<Record<'parameter' | 'gradient' | 'a' | 'b' | 'c' | 'average' | 'factor', Numbers>>
type Step = typeof settings & { readonly rule: Rule; readonly isScaled: boolean }

/** A variable after a step, in float64. */
function stepped(variable: Variable, step: Step): Record<'parameter' | 'a' | 'b' | 'c' | 'average', Numbers> {
  const { shape } = variable.parameter
  const at = (i: number) => {
    const [parameter = 0, gradient = 0, a = 0, b = 0, c = 0, average = 0] = (
      ['parameter', 'gradient', 'a', 'b', 'c', 'average'] as const
    ).map((name) => Number(variable[name].values[i]))
    const scaled = gradient * (step.isScaled ? Number(variable.factor.values[0]) : 1)
    const g = Math.min(step.limit, Math.max(-step.limit, scaled)) + step.decay * parameter
    const { direction, ...slots } = ruled(step, g, { a, b, c })
    const moved = parameter - step.shrink * parameter - step.stepSize * direction
    return { a, b, c, ...slots, parameter: moved, average: average + step.weight * (moved - average) }
  }
  const all = Array.from({ length: variable.parameter.values.length }, (_, i) => at(i))
  const column = (name: keyof ReturnType<typeof at>) => computed(shape, (i) => Number(all[i]?.[name]))
  return { parameter: column('parameter'), a: column('a'), b: column('b'), c: column('c'), average: column('average') }
}

function ruled(
  { rule, beta1, gain1, beta2, gain2, root, epsilon }: Step,
  g: number,
  { a, b, c }: Readonly<Record<'a' | 'b' | 'c', number>>,
): { direction: number; a?: number; b?: number; c?: number } {
  const mean = beta1 * a + gain1 * g
  const square = beta2 * a + gain2 * g * g
  const center = beta2 * b + gain2 * g
  const byRoot = g / (Math.sqrt(square) + epsilon)
  const centered = g / (Math.sqrt(square - center * center) + epsilon)
  const second = beta2 * b + gain2 * g * g
  switch (rule) {
    case 'descent':
      return { direction: g }
    case 'momentum':
      return { a: mean, direction: beta2 * mean + gain2 * g }
    case 'sign':
      return { a: beta2 * a + gain2 * g, direction: Math.sign(mean) }
    case 'root':
      return { a: square, direction: byRoot }
    case 'centered':
      return { a: square, b: center, direction: centered }
    case 'rootMomentum':
      return { a: square, b: beta1 * b + byRoot, direction: beta1 * b + byRoot }
    case 'centeredMomentum':
      return { a: square, b: center, c: beta1 * c + centered, direction: beta1 * c + centered }
    case 'moments':
      return { a: mean, b: second, direction: mean / (root * Math.sqrt(second) + epsilon) }
  }
}
