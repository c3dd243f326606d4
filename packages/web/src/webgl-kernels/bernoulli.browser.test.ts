import { expectClose } from '@ae/library/testing'
import { zeros } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { differences, expectNoLeak, floats, numbers, runKernel, take } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'

beforeAll(() => webgl.activate())

describe.each([
  [1, 1],
  [3, 2],
  [2, 7],
  [5, 128],
  [4, 785],
  [3, 20001],
])('of batch %i and %i features', (batch, features) => {
  const logits = numbers('logits', batch * features, 4)
  const target = numbers('target', batch * features).map((x) => Math.fround(1 / (1 + Math.exp(-x))))
  const dy = numbers('dy', batch)

  test('the loss is within 1e-6 of float64', () => {
    expectNoLeak(() => {
      const inputs = { logits: floats(logits, [batch, features]), target: floats(target, [batch, features]) }
      const outputs = runKernel('AeBernoulli', inputs)
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch]])
      expectClose(take(...outputs)[0] ?? [], losses(logits, target, features), { relative: 1e-6 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })

  test('the gradient is within 2e-6 of float64 differences', () => {
    const expected = logits.map((_, i) => {
      const row = Math.floor(i / features)
      const one = (l: number[]) => Number(losses(l, [Number(target[i])], 1)[0])
      return Number(dy[row]) * Number(differences(one, [Number(logits[i])])[0])
    })
    expectNoLeak(() => {
      const inputs = {
        logits: floats(logits, [batch, features]),
        target: floats(target, [batch, features]),
        dy: floats(dy, [batch]),
      }
      const outputs = runKernel('AeBernoulliGradient', inputs)
      expect(outputs.map(({ shape }) => shape)).toEqual([[batch, features]])
      expectClose(take(...outputs)[0] ?? [], expected, { absolute: 2e-6 })
      for (const input of Object.values(inputs)) input.dispose()
    })
  })
})

test('logits from -80 to 80 give losses within 5e-6 of float64, each relative to itself', () => {
  const logits = Array.from({ length: 1601 }, (_, i) => Math.fround((i - 800) / 10))
  for (const t of [0, 1]) {
    const target = logits.map(() => t)
    const inputs = { logits: floats(logits, [logits.length, 1]), target: floats(target, [logits.length, 1]) }
    const [values = []] = take(...runKernel('AeBernoulli', inputs))
    expectClose(values, losses(logits, target, 1), { relative: 5e-6 })
  }
})

test('the gradient of extreme logits is exact', () => {
  const logits = [-1e30, -1000, -100, 0, 100, 1000, 1e30]
  const inputs = {
    logits: floats(logits, [1, 7]),
    target: floats([0, 0, 1, 1, 1, 1, 0], [1, 7]),
    dy: floats([2], [1]),
  }
  const [values] = take(...runKernel('AeBernoulliGradient', inputs))
  expect(values).toEqual([0, 0, -2, -1, 0, 0, 2])
})

test('not a number in one row stays in that row', () => {
  const logits = floats([Number.NaN, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 5])
  const [values] = take(...runKernel('AeBernoulli', { logits, target: zeros([2, 5]) }))
  expect(values?.[0]).toBeNaN()
  expect(values?.[1]).toBeCloseTo(5 * Math.LN2, 5)
})

test('an empty batch gives nothing', () => {
  expectNoLeak(() => {
    const inputs = { logits: zeros([0, 5]), target: zeros([0, 5]), dy: zeros([0]) }
    const { logits, target } = inputs
    expect(take(...runKernel('AeBernoulli', { logits, target }))).toEqual([[]])
    expect(take(...runKernel('AeBernoulliGradient', inputs))).toEqual([[]])
    for (const input of Object.values(inputs)) input.dispose()
  })
})

/** The sums over features of softplus(l) - l t, in float64. */
function losses(logits: readonly number[], target: readonly number[], features: number): number[] {
  return Array.from({ length: logits.length / features }, (_, row) => {
    let sum = 0
    for (let i = row * features; i < (row + 1) * features; i++) {
      const [l, t] = [Number(logits[i]), Number(target[i])]
      // Without the cancellation of l against l t where t is 1.
      sum += (l > 0 ? l * (1 - t) : -l * t) + Math.log1p(Math.exp(-Math.abs(l)))
    }
    return sum
  })
}
