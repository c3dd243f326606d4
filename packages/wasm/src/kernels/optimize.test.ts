import { adamStep } from '@ae/library/kernel-calls'
import { expectClose } from '@ae/library/testing'
import { clone, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak, floats, runKernel, take } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test('moments are changed where they lie, but not under a copy, nor when mean and square are one tensor', () => {
  const step = (mean0: Tensor, square0: Tensor) => {
    const inputs = { parameter0: zeros([3]), gradient0: floats([1, 1, 1], [3]), a0: mean0, b0: square0 }
    const [parameter, mean, square] = runKernel('AeOptimize', inputs, adamStep())
    const places = [mean?.dataId === mean0.dataId, square?.dataId === square0.dataId]
    for (const tensor of [parameter, inputs.parameter0, inputs.gradient0]) tensor?.dispose()
    return { places, values: take(mean as Tensor, square as Tensor) }
  }
  const near = ([mean = [], square = []]: number[][]) => {
    expectClose(mean, [0.1, 0.1, 0.1], { relative: 1e-6 })
    expectClose(square, [1e-3, 1e-3, 1e-3], { relative: 1e-6 })
  }
  expectNoLeak(() => {
    const [mean, square] = [zeros([3]), zeros([3])]
    const { places, values } = step(mean, square)
    expect(places).toEqual([true, true])
    near(values)
    mean.dispose()
    square.dispose()
  })
  expectNoLeak(() => {
    const [mean, square] = [zeros([3]), zeros([3])]
    const copy = clone(mean)
    const { places, values } = step(mean, square)
    expect(places).toEqual([false, true])
    near(values)
    expect(take(copy)).toEqual([[0, 0, 0]])
    mean.dispose()
    square.dispose()
  })
  expectNoLeak(() => {
    const both = zeros([3])
    const { places, values } = step(both, both)
    expect(places).toEqual([false, false])
    near(values)
    both.dispose()
  })
})
