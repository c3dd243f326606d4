import { tensor, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { computed, expectKernel, numbers, product, runKernel } from '../testing/kernel-calls.ts'

onAdapter('a dense layer', () => {
  beforeAll(() => activateWebgpu(open))

  test('of many tiles takes larger ones', async () => {
    const [batch, inSize, outSize] = [1025, 3, 1000]
    const [x, kernel] = [numbers('x', [batch, inSize]), numbers('kernel', [inSize, outSize])]
    const bias = computed([outSize], () => 0)
    await expectKernel('AeDense', { x, kernel, bias }, { activation: 'linear' }, [product(x, kernel)])
  })

  test('has a tanh that is right to 3e-7 of itself, near 0 too', async () => {
    const x = computed([4001, 1], (i) => Math.fround(((i - 2000) / 2000) ** 5 * 20))
    const tensors = { x: tensor([...x.values], [4001, 1]), kernel: tensor([1], [1, 1]), bias: tensor1d([0]) }
    const [y] = runKernel('AeDense', tensors, { activation: 'tanh' })
    const received = (await y?.data()) ?? []
    const errors = x.values.map((value, i) => Math.abs(Number(received[i]) / Math.tanh(value) - 1))
    expect(Math.max(...errors.filter(Number.isFinite))).toBeLessThan(6e-7)
  })
})
