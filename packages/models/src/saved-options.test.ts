import { expect, test } from 'vitest'
import { convolutionalArchitecture } from './networks/convolutional-architecture.ts'
import { denseArchitecture } from './networks/dense-architecture.ts'
import { architectureFromConfig } from './saved-options.ts'

test.each([
  denseArchitecture({ hidden: [3, 2], activation: 'tanh' }),
  denseArchitecture({ normalization: 'batch' }),
  convolutionalArchitecture(),
  convolutionalArchitecture({
    channels: [3],
    kernelSize: 5,
    stride: 3,
    activation: 'elu',
    upsampling: 'resize',
    normalization: 'layer',
    hidden: [7],
  }),
])('an architecture is what its config restores: $config', ({ config }) => {
  expect(architectureFromConfig(JSON.parse(JSON.stringify(config))).config).toEqual(config)
})

test('dense layers without normalisation are saved as they always were', () => {
  expect(denseArchitecture().config).toEqual({ kind: 'dense', hidden: [400], activation: 'relu' })
})

test('refuses an unknown kind, and the functions of a custom one', () => {
  expect(() => architectureFromConfig({ kind: 'convolution' })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`architectureFromConfig\` received an unknown architecture.

    Expected: dense, convolutional, custom
    Received: "convolution"
    Fix:      did you mean convolutional? To load a model that has your own architecture, pass a kind that makes it again, e.g. load(store, { kind: 'vae', fromConfig: () => vae({ ...yourOptions }) })]
  `)
  expect(() => architectureFromConfig(undefined)).toThrow('unknown architecture')
  expect(() => architectureFromConfig({ kind: 'custom' })).toThrow('its functions are not in the file')
})
