import { expect, test } from 'vitest'
import type { ModelCard } from '../../engine/engine.ts'
import { fakeEngine } from '../testing/fake-engine.ts'
import { contributions, counted, spokenFormula, writtenTerm } from './formula.ts'

const card = await fakeEngine().openPretrained()
const withWeights = (reconstruction: number, kl: number): ModelCard => ({
  ...card,
  objective: [
    { term: 'reconstruction', symbol: 'R', weight: reconstruction },
    { term: 'kl', symbol: 'K', weight: kl },
  ],
})

test('the formula of a VAE is read out with its weights', () => {
  expect(spokenFormula(withWeights(1, 4))).toBe(
    'The loss is the expected negative log probability of x given z, plus 4.00 times the divergence of q of z given x from p of z.',
  )
})

test('the reconstruction of an autoencoder is a squared distance, unless it has a likelihood of its own', () => {
  const spoken = (options: object) =>
    writtenTerm(
      { ...card, settings: { ...card.settings, model: 'autoencoder', options: options as never } },
      { term: 'reconstruction', symbol: 'R', weight: 1 },
    ).spoken
  expect(spoken({})).toContain('squared distance')
  expect(spoken({ likelihood: { kind: 'bernoulli' } })).toContain('negative log probability')
})

test('contributions are shares of what the weighted terms add up to', () => {
  expect(contributions(withWeights(1, 4), { reconstruction: 80, kl: 5 })).toEqual([
    { term: 'reconstruction', weight: 1, value: 80, share: 0.8 },
    { term: 'kl', weight: 4, value: 5, share: 0.2 },
  ])
  expect(contributions(withWeights(1, 0), undefined).map(({ share }) => share)).toEqual([0, 0])
  expect(counted(withWeights(1, 0)).map(({ term }) => term)).toEqual(['reconstruction'])
})
