import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { EngineError } from './engine.ts'
import { plainSettings } from './plain-settings.ts'
import { backendNames, datasetNames, modelNames, type Settings } from './settings.ts'
import { settingsFromUrl, settingsToUrl } from './settings-url.ts'

const json = fc.oneof(
  fc.boolean(),
  fc.constant(null),
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.array(fc.integer()),
  fc.record({ kind: fc.string() }),
)

const anySettings: fc.Arbitrary<Settings> = fc.record({
  model: fc.constantFrom(...modelNames),
  dataset: fc.constantFrom(...datasetNames),
  examples: fc.integer({ min: 1, max: 1_000_000 }),
  architecture: fc.constantFrom('dense' as const, 'convolutional' as const),
  hidden: fc.array(fc.integer({ min: 1, max: 4096 }), { maxLength: 8 }),
  latentSize: fc.integer({ min: 1, max: 1024 }),
  options: fc.dictionary(
    fc.string().filter((name) => name !== '__proto__'),
    json,
    { maxKeys: 20 },
  ),
  epochs: fc.integer({ min: 1, max: 10_000 }),
  batchSize: fc.integer({ min: 1, max: 8192 }),
  learningRate: fc.double({ min: 1e-300, max: 1, noNaN: true }),
  seed: fc.maxSafeNat(),
  backend: fc.constantFrom(...backendNames),
})

test('any settings are the same after a link', () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      const url = settingsToUrl(settings)
      expect(settingsFromUrl(new URL(`https://example.org/#${url}`).href)).toEqual({
        ...settings,
        options: JSON.parse(JSON.stringify(settings.options)),
      })
    }),
  )
})

test('a link says model, data, epochs and seed, and what else is not plain', () => {
  expect(settingsToUrl(plainSettings)).toBe('model=vae&dataset=mnist&epochs=10&seed=1')
  expect(settingsFromUrl('https://example.org/playground/')).toEqual(plainSettings)
  expect(settingsToUrl({ ...plainSettings, model: 'iwae', hidden: [200, 100] })).toBe(
    'model=iwae&dataset=mnist&hidden=200,100&epochs=10&seed=1',
  )
})

describe('a bad link is refused, with the reason and the cure', () => {
  test.each([
    'model=vea',
    'modle=vae',
    '__proto__=1',
    'constructor=1',
    'latentSize=0',
    'latentSize=2.5',
    'latentSize=%20',
    'latentSize=0x10',
    'epochs=1e99',
    'hidden=400,-1',
    'hidden=1,2,3,4,5,6,7,8,9',
    'options={',
    'options=[]',
    'options={"a":{"b":{"c":{"d":{"e":1}}}}}',
    'learningRate=0',
    'seed=%E0%A4%A',
    'dataset',
  ])('%s', (part) => {
    let thrown: unknown
    try {
      settingsFromUrl(`#${part}`)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(EngineError)
    expect((thrown as EngineError).fix).toBe('ask for a new link, or choose the settings yourself')
  })

  test('its message', () => {
    expect(() => settingsFromUrl('#hidden=400,x')).toThrowErrorMatchingInlineSnapshot(`
      [EngineError: This link has a bad setting: "hidden".

      Expected: at most 8 whole numbers from 1 to 4096
      Received: "400,x"]
    `)
  })

  test('no text whatever makes it fail in another way', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          settingsFromUrl(`#${text}`)
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError)
        }
      }),
    )
  })
})
