import type { NamedTensorInfoMap } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { adamAttributes, kernelInputs } from './kernel-inputs.ts'

const { floatInput, shapedInput, matrixInput } = kernelInputs('the toy backend')
const x = { dataId: {}, shape: [2, 3], dtype: 'float32' } as const
const inputs = { x, indices: { ...x, dtype: 'int32' }, row: { ...x, shape: [3] } } as unknown as NamedTensorInfoMap

test('an input that fits is given', () => {
  expect(floatInput('AeToy', inputs, 'row')).toBe(inputs.row)
  expect(shapedInput('AeToy', inputs, 'x', [2, 3])).toBe(inputs.x)
  expect(matrixInput('AeToy', inputs, 'x')).toEqual([inputs.x, 2, 3])
})

test('an input that is missing, of another type, shape or rank is refused in words', () => {
  expect(() => floatInput('AeToy', inputs, 'y')).toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`AeToy\` on the toy backend received a bad \`y\`.

    Expected: a float32 tensor
    Received: nothing
    Fix:      cast it first, e.g. tf.cast(y, 'float32')]
  `)
  expect(() => floatInput('AeToy', inputs, 'indices')).toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`AeToy\` on the toy backend received a bad \`indices\`.

    Expected: a float32 tensor
    Received: a tensor of int32
    Fix:      cast it first, e.g. tf.cast(indices, 'float32')]
  `)
  expect(() => shapedInput('AeToy', inputs, 'x', [3, 2])).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`AeToy\` received \`x\` of the wrong shape.

    Expected: [3, 2]
    Received: [2, 3]]
  `)
  expect(() => shapedInput('AeToy', inputs, 'row', [3, 1])).toThrow('received `row` of the wrong shape')
  expect(() => matrixInput('AeToy', inputs, 'row')).toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`AeToy\` received \`row\` of the wrong rank.

    Expected: [rows, columns]
    Received: [3]]
  `)
})

test('the attributes of Adam are numbers, all six', () => {
  const attributes = { count: 1, learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 1 }
  expect(adamAttributes({ ...attributes, more: true })).toEqual(attributes)
  for (const name of Object.keys(attributes)) {
    expect(() => adamAttributes({ ...attributes, [name]: '1' })).toThrow(`received a bad \`${name}\``)
  }
})
