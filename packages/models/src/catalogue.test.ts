import { existsSync } from 'node:fs'
import '@tensorflow/tfjs-backend-cpu'
import { type Trainable, termsOf } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { models } from './catalogue.ts'
import * as exported from './index.ts'

beforeAll(() => tf.setBackend('cpu'))

test('the catalogue has every factory of the package once', () => {
  const isFactory = (value: unknown) => typeof value === 'function' && 'fromConfig' in value
  const factories = Object.values(exported).filter(isFactory)
  expect(new Set(models.map(({ factory }) => factory))).toEqual(new Set(factories))
  expect(new Set(models.map(({ name }) => name)).size).toBe(models.length)
})

describe.each(models)('the row of $name', (row) => {
  const { name, terms, isLabelled, isVariational } = row

  test('says what its model is', () => {
    using model = row.create({ inputShape: [6], hidden: [5], ...row.small.options })
    const examples = tf.zeros([2, 6])
    const batch = isLabelled ? { examples, labels: tf.zeros([2], 'int32') } : examples
    const trace = (model as unknown as Trainable).trace(batch as tf.Tensor)
    expect(model.kind).toBe(row.factory.kind)
    expect(Object.keys(termsOf((model as unknown as Trainable).objective, trace))).toEqual(terms)
    expect('classes' in model).toBe(isLabelled)
    expect('posterior' in trace).toBe(isVariational)
    expect(trace.code.shape).toEqual([2 * (row.small.samples ?? 1), row.small.codeSize])
  })

  test('has a guide', () => {
    expect(existsSync(new URL(`../../../docs/guides/${name}.md`, import.meta.url))).toBe(true)
  })
})
