import { expect, test } from 'vitest'
import { likelihoodFromConfig, prepareLikelihood } from './likelihood-config.ts'

test('likelihoodFromConfig refuses an unknown kind, a bad option and nothing', () => {
  expect(() => likelihoodFromConfig({ kind: 'gausian' })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`likelihoodFromConfig\` received an unknown likelihood.

    Expected: bernoulli, categorical, continuousBernoulli, discretizedLogistic, gaussian, laplace, mixed, squaredError
    Received: "gausian"
    Fix:      did you mean gaussian? To load a model that has your own likelihood, pass a kind that makes it again, e.g. load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })]
  `)
  expect(() => likelihoodFromConfig({ kind: 'gaussian', standardDeviation: -1 })).toThrow('`standardDeviation`')
  expect(() => likelihoodFromConfig(undefined)).toThrow('unknown likelihood')
})

test('likelihoodFromConfig restores rare likelihoods once their code is loaded, and says how before', async () => {
  const configs = [
    { kind: 'mixed', parts: [{ kind: 'bernoulli' }] },
    { kind: 'laplace', scale: 2 },
    { kind: 'categorical', classes: 3 },
    { kind: 'discretizedLogistic', levels: 4 },
    { kind: 'continuousBernoulli' },
  ]
  for (const config of configs)
    expect(() => likelihoodFromConfig(config)).toThrow('await prepareLikelihood(config) first')
  for (const none of [
    undefined,
    null,
    'laplace',
    { kind: 'gaussian' },
    { kind: 'toString' },
    { kind: ['laplace', 1] },
  ]) {
    await prepareLikelihood(none)
  }
  for (const config of configs) expect(() => likelihoodFromConfig(config)).toThrow('has not loaded')
  await prepareLikelihood(configs[1])
  for (const config of configs) expect(likelihoodFromConfig(config).config).toEqual(config)
})
