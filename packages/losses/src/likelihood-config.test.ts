import { expect, test } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { gaussian } from './gaussian.ts'
import { likelihoodFromConfig } from './likelihood-config.ts'
import { squaredError } from './squared-error.ts'

test.each([bernoulli, gaussian({ standardDeviation: 0.5 }), squaredError({ activation: 'sigmoid' })])(
  'likelihoodFromConfig restores $kind from JSON',
  (likelihood) => {
    const restored = likelihoodFromConfig(JSON.parse(JSON.stringify(likelihood.config)))
    expect(restored.config).toEqual(likelihood.config)
    expect(restored.support).toEqual(likelihood.support)
  },
)

test('likelihoodFromConfig refuses an unknown kind, a bad option and nothing', () => {
  expect(() => likelihoodFromConfig({ kind: 'gausian' })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`likelihoodFromConfig\` received an unknown likelihood.

    Expected: bernoulli, gaussian, squaredError
    Received: "gausian"
    Fix:      did you mean gaussian?]
  `)
  expect(() => likelihoodFromConfig({ kind: 'gaussian', standardDeviation: -1 })).toThrow('`standardDeviation`')
  expect(() => likelihoodFromConfig(undefined)).toThrow('unknown likelihood')
})
