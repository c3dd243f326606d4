import { type Dataset, train } from '@ae/core'
import { expectTypeOf, test } from 'vitest'
import { autoencoder, contractiveAutoencoder, pretrain, sparseAutoencoder, stackedAutoencoder } from './index.ts'

declare const digits: Dataset
const inputShape = [28, 28, 1]

test('a report has the terms of its model', async () => {
  for await (const { loss } of train(sparseAutoencoder({ inputShape }), digits)) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'sparsity' | 'total', number>>>()
  }
  for await (const { loss } of train(contractiveAutoencoder({ inputShape }), digits)) {
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'contraction' | 'total', number>>>()
  }
  for await (const { layer, layers, loss } of pretrain(stackedAutoencoder({ inputShape }), digits)) {
    expectTypeOf([layer, layers]).toEqualTypeOf<number[]>()
    expectTypeOf(loss).toEqualTypeOf<Readonly<Record<'reconstruction' | 'total', number>>>()
  }
})

test('a sparsity has the options of its kind, and no others', () => {
  sparseAutoencoder({ inputShape, sparsity: { kind: 'topK', count: 15 } })
  // @ts-expect-error topK needs its count
  sparseAutoencoder({ inputShape, sparsity: { kind: 'topK' } })
  // @ts-expect-error a rate is of kl
  sparseAutoencoder({ inputShape, sparsity: { kind: 'l1', rate: 0.05 } })
  // @ts-expect-error no such kind
  sparseAutoencoder({ inputShape, sparsity: { kind: 'l2' } })
})

test('only a stacked autoencoder can be pretrained', () => {
  // @ts-expect-error a plain autoencoder has no pairs of layers
  pretrain(autoencoder({ inputShape }), digits)
  // @ts-expect-error the option is epochs, for each layer
  pretrain(stackedAutoencoder({ inputShape }), digits, { epochsPerLayer: 2 })
})
