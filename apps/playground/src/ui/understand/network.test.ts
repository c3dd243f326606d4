import { expect, test } from 'vitest'
import { fakeEngine } from '../testing/fake-engine.ts'
import { networkColumns } from './network.ts'

const card = await fakeEngine().openPretrained()

test('the columns of a VAE run from the example through the code back to the picture', () => {
  const columns = networkColumns(card)
  expect(columns.map(({ title, shape, part }) => [title, shape, part])).toEqual([
    ['Example', '28 × 28 × 1', 'picture'],
    ['Encoder 1', '256', 'encoder'],
    ['Encoder 2', '64', 'encoder'],
    ['Mean, Log variance', '2', 'latent'],
    ['Decoder 1', '64', 'decoder'],
    ['Decoder 2', '256', 'decoder'],
    ['Decoder 3', '784', 'decoder'],
  ])
  expect(columns[1]?.detail).toBe('200,960 weights, relu')
  expect(columns[3]?.detail).toBe('260 weights')
})

test('the widest column has the full height, the code the smallest', () => {
  const columns = networkColumns(card)
  expect(Math.max(...columns.map(({ tall }) => tall))).toBe(1)
  expect(columns.find(({ part }) => part === 'latent')?.tall).toBeCloseTo(Math.log(3) / Math.log(785), 6)
})
