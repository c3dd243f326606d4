// The initial weights of dense layers have the distribution of torch.nn.Linear's.
import { expectNoLeak } from '@ae/library/testing'
import { dispose, type Variable } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { denseLayer } from '../../../packages/models/src/networks/dense-layer.ts'
import oracle from '../../../reference/oracles/initialisation.json' with { type: 'json' }
import { onBackend } from './on-backend.ts'

onBackend('the first weights are drawn as torch.nn.Linear draws its own', () => {
  test.each(oracle.layers)('$inputs inputs, $outputs outputs', ({ inputs, outputs, bound, weight, bias }) =>
    expectNoLeak(async () => {
      const ours = { weight: [] as number[], bias: [] as number[] }
      for (let seed = 0; seed < 10; seed++) {
        const { variables } = denseLayer({
          name: 'layer',
          inputShape: [inputs],
          outputShape: [outputs],
          activation: 'linear',
          seed,
        })
        ours.weight = ours.weight.concat(await values(variables['layer.weight']))
        ours.bias = ours.bias.concat(await values(variables['layer.bias']))
        dispose({ ...variables })
      }
      for (const [drawn, torch] of [
        [ours.weight, weight],
        [ours.bias, bias],
      ] as const) {
        const error = torch.standardDeviation / Math.sqrt(drawn.length) // of the mean of the drawn numbers
        const mean = average(drawn)
        const standardDeviation = Math.sqrt(average(drawn.map((value) => (value - mean) ** 2)))
        const [minimum, maximum] = [drawn.reduce((a, b) => Math.min(a, b)), drawn.reduce((a, b) => Math.max(a, b))]
        expect(Math.abs(mean - torch.mean)).toBeLessThan(5 * error)
        expect(Math.abs(standardDeviation - torch.standardDeviation)).toBeLessThan(5 * error)
        expect([minimum >= -Math.fround(bound), maximum <= Math.fround(bound)]).toEqual([true, true])
        expect(maximum - minimum).toBeGreaterThan(2 * bound * (1 - 20 / drawn.length))
      }
    }),
  )
})

async function values(variable: Variable | undefined): Promise<readonly number[]> {
  return Array.from((await variable?.data()) ?? [])
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
