// Adam against PyTorch's, step by step, on gradients where bias correction and epsilon matter.
import { adam } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { dispose, tensor1d, tidy, variable } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import oracle from '../../../reference/oracles/adam.json' with { type: 'json' }
import { onBackend } from './on-backend.ts'

const [steps = 0, count = 0] = oracle.gradients.shape
const row = (values: readonly number[], step: number) => values.slice(step * count, (step + 1) * count)

onBackend('adam agrees with PyTorch within 1e-5 of the farthest that a number has gone', () => {
  test.each(Object.entries(oracle.configurations))('%s', (_name, { options, parameters }) =>
    expectNoLeak(async () => {
      const parameter = tidy(() => variable(tensor1d(oracle.initial.values)))
      const state = adam(options).create({ parameter })
      const history: Float32Array[] = []
      for (let step = 0; step < steps; step++) {
        const gradient = tensor1d(row(oracle.gradients.values, step))
        state.apply({ parameter: gradient }, step)
        gradient.dispose()
        history.push((await parameter.data()) as Float32Array)
      }
      state.dispose()
      dispose([parameter])

      const excess = history.flatMap((ours, step) =>
        row(parameters.values, step).map((expected, i) => {
          const path = parameters.values.filter((_value, at) => at % count === i && at <= step * count + i)
          const start = oracle.initial.values[i] ?? 0
          const gone = Math.max(...path.map((value) => Math.abs(value - start)))
          const rounding = (step + 1) * 2 ** -24 * Math.max(...path.map(Math.abs), Math.abs(start))
          return Math.abs(Number(ours[i]) - expected) - 1e-5 * gone - rounding
        }),
      )
      expect(Math.max(...excess)).toBeLessThanOrEqual(0)
    }),
  )
})
