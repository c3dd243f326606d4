import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import reference from '../../../../reference/oracles/narrowing.json' with { type: 'json' }
import { memory } from '../stores/store.ts'
import type { SavableModel } from './model-file.ts'
import { readSafetensors } from './safetensors.ts'
import { load, type ModelKind, type SaveOptions, save } from './save.ts'

beforeAll(() => tf.setBackend('cpu'))

/** A model that is its variables, which a file's tensors make again. */
function modelOf(variables: Readonly<Record<string, readonly [number[], Float32Array]>>): SavableModel {
  const made = Object.entries(variables).map(([name, [shape, values]]) => [name, tf.variable(tf.tensor(values, shape))])
  const shapes = Object.fromEntries(Object.entries(variables).map(([name, [shape]]) => [name, shape]))
  const owned = Object.fromEntries(made) as Record<string, tf.Variable>
  return {
    kind: 'weights',
    config: { shapes },
    likelihood: { config: { kind: 'none' } } as SavableModel['likelihood'],
    variables: owned,
    dispose: () => tf.dispose(owned),
  }
}

const weights: ModelKind = {
  kind: 'weights',
  fromConfig: ({ shapes }) =>
    modelOf(
      Object.fromEntries(
        Object.entries(shapes as Record<string, number[]>).map(([name, shape]) => {
          return [name, [shape, new Float32Array(shape.reduce((size, length) => size * length, 1))]]
        }),
      ),
    ),
}

/** The tensors of a file, and the values of the model that is loaded from it. */
async function saved(model: SavableModel, options: SaveOptions) {
  const store = memory()
  const before = tf.memory().numTensors
  await save(model, store, options)
  expect(tf.memory().numTensors).toBe(before)
  const bytes = await store.read()
  const loaded = await load(store, weights)
  const values = Object.fromEntries(
    Object.entries(loaded.variables).map(([name, variable]) => [name, variable.dataSync<'float32'>()]),
  )
  loaded.dispose()
  model.dispose()
  return { bytes, tensors: readSafetensors(bytes).tensors, values }
}

const floatsOf = (bits: readonly number[]) => new Float32Array(Uint32Array.from(bits).buffer)
const bitsOf = (values: Float32Array | undefined) => Array.from(new Uint32Array(Float32Array.from(values ?? []).buffer))

describe('weights of 16 bits', () => {
  test.each(['float16', 'bfloat16'] as const)('%s rounds every number as PyTorch does', async (weights) => {
    const { from, to } = reference[weights]
    const { bytes, tensors } = await saved(modelOf({ w: [[1, from.length], floatsOf(from)] }), { weights })
    expect(tensors.get('w')?.dtype).toBe(weights === 'float16' ? 'F16' : 'BF16')
    const stored = bytes.slice(bytes.length - 2 * to.length)
    expect(Array.from(new Uint16Array(stored.buffer))).toEqual(to)
  })

  test.each(['float16', 'bfloat16'] as const)('load of %s gives what is stored, as float32', async (weights) => {
    const { from, to } = reference[weights]
    const { values } = await saved(modelOf({ w: [[1, from.length], floatsOf(from)] }), { weights })
    // What is stored is a number of the narrow type, so to store it once more changes nothing.
    const again = await saved(modelOf({ w: [[1, from.length], values.w ?? new Float32Array()] }), { weights })
    expect(Array.from(new Uint16Array(again.bytes.slice(again.bytes.length - 2 * to.length).buffer))).toEqual(to)
  })

  test.each(['float16', 'bfloat16'] as const)('%s keeps NaN and infinity', async (weights) => {
    const values = Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
    expect(Array.from((await saved(modelOf({ w: [[3, 1], values] }), { weights })).values.w ?? [])).toEqual([...values])
    const signalling = floatsOf([0x7f800001, 0xff800001]) // NaN whose upper bits are those of infinity
    expect((await saved(modelOf({ w: [[2, 1], signalling] }), { weights })).values.w?.every(Number.isNaN)).toBe(true)
  })

  test('a weight beyond the range is refused, and what was saved before stays', async () => {
    const store = memory()
    const model = modelOf({ w: [[1, 2], Float32Array.of(1, 65520)] })
    await save(model, store)
    const former = await store.read()
    await expect(save(model, store, { weights: 'float16' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: \`save\` cannot write the tensor \`w\` as float16.

      Expected: numbers of at most 65504 in size
      Received: 65520
      Fix:      pass weights: 'bfloat16', whose range is that of float32]
    `)
    expect(await store.read()).toEqual(former)
    await save(model, store, { weights: 'bfloat16' })
    model.dispose()
    const large = modelOf({ w: [[1, 1], Float32Array.of(-3.4e38)] })
    await expect(save(large, store, { weights: 'bfloat16' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: \`save\` cannot write the tensor \`w\` as bfloat16.

      Expected: numbers of at most 3.3895313892515355e+38 in size
      Received: -3.3999999521443642e+38
      Fix:      leave \`weights\` out, which keeps float32]
    `)
    large.dispose()
  })
})

describe('weights of 8 bits', () => {
  const { weight, scale, integers, again } = reference.int8

  test('int8 has the integers and scales of PyTorch, and load gives their product', async () => {
    const { tensors, values } = await saved(modelOf({ w: [[5, 5], floatsOf(weight)] }), { weights: 'int8' })
    expect(tensors.get('w')).toMatchObject({ dtype: 'I8', shape: [5, 5] })
    expect(tensors.get('w.scale')).toMatchObject({ dtype: 'F32', shape: [1, 5] })
    expect(Array.from(tensors.get('w')?.data ?? [])).toEqual(integers)
    expect(bitsOf(tensors.get('w.scale')?.data as Float32Array)).toEqual(scale)
    expect(Array.from(values.w ?? [])).toEqual(Array.from(floatsOf(again), (value) => value + 0)) // an integer has no -0
  })

  test.each([
    [3, [1, 1, 1, 6]],
    [2, [1, 1, 2, 1]],
  ])('the channels of a filter are those of axis %s if they lose less', async (axis, scaleShape) => {
    const shape = [2, 2, 2, 6]
    const inner = axis === 3 ? 1 : 6
    const values = Float32Array.from(
      { length: 48 },
      (_, i) => Math.cos(i) * 10 ** -(Math.floor(i / inner) % (shape[axis] ?? 1)),
    )
    const { tensors, values: loaded } = await saved(modelOf({ w: [shape, values] }), { weights: 'int8' })
    expect(tensors.get('w.scale')?.shape).toEqual(scaleShape)
    const errors = values.map(
      (value, i) => Math.abs(value - (loaded.w?.[i] ?? 0)) / 10 ** -(Math.floor(i / inner) % (shape[axis] ?? 1)),
    )
    expect(Math.max(...errors)).toBeLessThan(0.5 / 127 + 1e-6)
  })

  test('numbers that are not finite are refused', async () => {
    const model = modelOf({ w: [[1, 2], Float32Array.of(1, Number.NaN)] })
    await expect(save(model, memory(), { weights: 'int8' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: \`save\` cannot write the tensor \`w\` as int8.

      Expected: finite numbers
      Received: NaN
      Fix:      leave \`weights\` out, which keeps float32]
    `)
    model.dispose()
  })

  test('a weight whose scale would take the name of another stays float32', async () => {
    const values = Float32Array.of(0.1, 0.2)
    const model = modelOf({ w: [[1, 2], values], 'w.scale': [[2], values] })
    const { tensors, values: loaded } = await saved(model, { weights: 'int8' })
    expect([...tensors.values()].map(({ dtype }) => dtype)).toEqual(['F32', 'F32'])
    expect(loaded).toEqual({ w: values, 'w.scale': values })
  })

  test('scales that do not fit are refused', async () => {
    const store = memory()
    const model = modelOf({ w: [[2, 2], Float32Array.of(1, 2, 3, 4)] })
    await save(model, store, { weights: 'int8' })
    const text = new TextDecoder('latin1').decode(await store.read()).replace('"shape":[1,2]', '"shape":[2,1]')
    const turned = memory(Uint8Array.from(text, (letter) => letter.charCodeAt(0)))
    await expect(load(turned, weights)).rejects.toThrow('its contents do not match its checksum')
    const unsigned = text.replace(/"checksum":"crc32:/, '"checkxxx":"crc32:').replace('"shape":[2,1]', '"shape":[2]  ')
    const flat = memory(Uint8Array.from(unsigned, (letter) => letter.charCodeAt(0)))
    await expect(load(flat, weights)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [WeightsError: \`load\` cannot use memory: its weights do not fit its weights.

      Unexpected: w.scale
      Type:       w I8 (needs float32)
      Written by: @ae/core 0.0.0
      Fix:        save the model again, or load it with the version that wrote it]
    `)
    model.dispose()
  })
})

test.each(['float16', 'bfloat16', 'int8'] as const)('%s leaves tensors of one axis as they are', async (weights) => {
  const bias = Float32Array.of(1e30, Number.NaN, 0.1)
  const model = modelOf({ b: [[3], bias], w: [[1, 1], Float32Array.of(0.1)] })
  const { tensors, values } = await saved(model, { weights })
  expect(tensors.get('b')?.dtype).toBe('F32')
  expect(values.b).toEqual(bias)
})

test('a file of narrow weights is as small as they are', async () => {
  const sizes: Record<string, number> = {}
  for (const weights of ['float32', 'float16', 'bfloat16', 'int8'] as const) {
    const { bytes } = await saved(modelOf({ w: [[100, 100], new Float32Array(10_000).fill(0.3)] }), { weights })
    sizes[weights] = bytes.length
  }
  const { float32 = 0, float16 = 0, bfloat16 = 0, int8 = 0 } = sizes
  expect([float32 - float16, float32 - bfloat16].map((saving) => Math.round(saving / 100))).toEqual([200, 200])
  expect(Math.round((float32 - int8) / 100)).toBe(295) // a byte for four, less 100 scales
})

test('a type that does not exist is refused', async () => {
  const model = modelOf({ w: [[1, 1], Float32Array.of(1)] })
  const weights = 'float8' as 'int8'
  await expect(save(model, memory(), { weights })).rejects.toThrow('one of float32, float16, bfloat16, int8')
  model.dispose()
})
