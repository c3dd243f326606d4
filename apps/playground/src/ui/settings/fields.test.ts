import { expect, test } from 'vitest'
import { modelNames } from '../../engine/settings.ts'
import { entries, fieldsOf, sizeName, titleOf, withValue } from './fields.ts'

test('the form has every model that settings can name', () => {
  expect(entries.map(({ name }) => name)).toEqual([...modelNames])
})

test.each([
  ['autoencoder', 'Autoencoder'],
  ['sparse-autoencoder', 'Sparse autoencoder'],
  ['vae', 'VAE'],
  ['beta-tc-vae', 'Beta-TC-VAE'],
] as const)('%s is called %s', (model, title) => expect(titleOf(model)).toBe(title))

test('only random codes have latents', () => {
  const models = ['vae', 'iwae', 'autoencoder', 'vq-vae'] as const
  expect(models.map(sizeName)).toEqual(['Latents', 'Latents', 'Code length', 'Vector length'])
})

test('a beta-TC-VAE has a field for each of its weights, with the default as a hint', () => {
  const fields = fieldsOf({ model: 'beta-tc-vae', options: { beta: 4 } })
  expect(fields.find(({ path }) => path === 'beta')).toMatchObject({
    control: 'number',
    value: 4,
    minimum: 0,
    hint: '6',
  })
  expect(fields.map(({ path }) => path)).toEqual(expect.arrayContaining(['alpha', 'beta', 'gamma', 'likelihood']))
})

test('a kind shows its own options once it is chosen', () => {
  const paths = (options: object) =>
    fieldsOf({ model: 'denoising-autoencoder', options: options as never }).map(({ path }) => path)
  expect(paths({}).filter((path) => path.startsWith('corruption'))).toEqual(['corruption'])
  expect(paths({ corruption: { kind: 'maskingNoise' } }).filter((path) => path.startsWith('corruption'))).toEqual([
    'corruption',
    'corruption.rate',
  ])
})

test('no field asks for what the data or another field decides', () => {
  for (const model of modelNames)
    for (const { path } of fieldsOf({ model, options: {} }))
      expect([
        'inputShape',
        'classes',
        'exampleCount',
        'seed',
        'latentSize',
        'codeSize',
        'embeddingSize',
      ]).not.toContain(path)
})

test('withValue sets an option, a kind and an option of a kind, and takes them away again', () => {
  const chosen = withValue({}, 'corruption', 'maskingNoise')
  expect(chosen).toEqual({ corruption: { kind: 'maskingNoise' } })
  const set = withValue(chosen, 'corruption.rate', 0.5)
  expect(set).toEqual({ corruption: { kind: 'maskingNoise', rate: 0.5 } })
  expect(withValue(set, 'corruption.rate', undefined)).toEqual(chosen)
  expect(withValue(set, 'corruption', 'gaussianNoise')).toEqual({ corruption: { kind: 'gaussianNoise' } })
  expect(withValue(set, 'corruption', '')).toEqual({})
  expect(withValue({ beta: 4 }, 'beta', undefined)).toEqual({})
})
