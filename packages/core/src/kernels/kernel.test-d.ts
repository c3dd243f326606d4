import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import * as kernels from '../kernels.ts'
import { type ImplementKernel, implementKernel } from './install-kernels.ts'
import { hasFused, runFused, runKernel } from './kernel.ts'

declare const x: Tensor2D
declare const kernel: Tensor2D
declare const bias: Tensor1D
declare const scalar: Scalar

test('a call of a kernel takes what its contract names, and gives what it says', () => {
  const y = runFused('AeDense', { x, kernel, bias }, { activation: 'relu' }, () => x)
  expectTypeOf(y).toEqualTypeOf<Tensor2D>()
  expectTypeOf(runKernel('AeKlSparsity', { code: x }, { rate: 0.05 })).toEqualTypeOf<Scalar>()
  expectTypeOf(runKernel('AeDensePair', pair, {})).toEqualTypeOf<[Tensor2D, Tensor2D]>()
})

declare const pair: Record<'x' | 'firstKernel' | 'secondKernel', Tensor2D> &
  Record<'firstBias' | 'secondBias', Tensor1D>

test('names, inputs and attributes that a contract has not do not compile', () => {
  // @ts-expect-error no kernel has this name
  hasFused('AeDence')
  // @ts-expect-error the input is called kernel
  runFused('AeDense', { x, weight: kernel, bias }, { activation: 'relu' }, () => x)
  // @ts-expect-error the bias is missing
  runFused('AeDense', { x, kernel }, { activation: 'relu' }, () => x)
  // @ts-expect-error the bias is a vector
  runFused('AeDense', { x, kernel, bias: scalar }, { activation: 'relu' }, () => x)
  // @ts-expect-error the attribute is called activation
  runFused('AeDense', { x, kernel, bias }, { activaton: 'relu' }, () => x)
  // @ts-expect-error layers do not compute this activation themselves
  runFused('AeDense', { x, kernel, bias }, { activation: 'gelu' }, () => x)
  // @ts-expect-error the composition gives a matrix
  runFused('AeDense', { x, kernel, bias }, { activation: 'relu' }, () => scalar)
})

test('an implementation reads what its contract names', () => {
  const implement: ImplementKernel<string> = implementKernel
  implement(kernels.dense, ({ inputs, attributes, sizes }, tools) => {
    expectTypeOf(sizes).toEqualTypeOf<Readonly<Record<'batch' | 'inSize' | 'outSize', number>>>()
    expectTypeOf(attributes.activation).toEqualTypeOf<'linear' | 'relu' | 'sigmoid' | 'tanh'>()
    expectTypeOf(tools).toEqualTypeOf<string>()
    // @ts-expect-error there is no such input
    return inputs.weight
  })
})
