import { backend, type Tensor, zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { expectNoLeak, floats, runKernel, take } from '../../testing/kernel-calls.ts'
import { onNative } from '../../testing/linked.ts'
import type { Binding } from '../binding.ts'

const attributes = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

onNative('the Adam kernel on libtensorflow', () => {
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
})
