import { type Autoencoder, load, type Store } from '@ae/core'
import { expectTypeOf, test } from 'vitest'
import { allModels } from './all-models.ts'

declare const store: Store

test('a model of any kind is an autoencoder, unless it needs labels, and its kind tells which', async () => {
  const model = await load(store, ...allModels)
  expectTypeOf(model.kind).toEqualTypeOf<
    | 'autoencoder'
    | 'stackedAutoencoder'
    | 'sparseAutoencoder'
    | 'denoisingAutoencoder'
    | 'contractiveAutoencoder'
    | 'vae'
    | 'conditionalVae'
    | 'iwae'
    | 'betaTcVae'
    | 'vqVae'
  >()
  if (model.kind === 'conditionalVae') expectTypeOf(model.classes).toBeNumber()
  else expectTypeOf(model).toExtend<Autoencoder>()
  if (model.kind === 'vae') expectTypeOf(model.sample).toBeCallableWith(16)
})
