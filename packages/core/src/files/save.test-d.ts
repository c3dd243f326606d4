import type { Variable } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import type { Trainable } from '../model.ts'
import type { Store } from '../stores/store.ts'
import type { GaussianTrace, Trace } from '../trace.ts'
import { load, type ModelKind, save } from './save.ts'

interface Vae extends Trainable<GaussianTrace, 'reconstruction' | 'kl'> {
  sample(count: number): void
}
interface Plain extends Trainable<Trace, 'reconstruction'> {
  readonly variables: { readonly weight: Variable }
}
declare const vae: ModelKind<Vae> & ((options: { latentSize: number }) => Vae)
declare const autoencoder: ModelKind<Plain>
declare const store: Store

test('load gives the type of the kind that is passed', async () => {
  expectTypeOf(await load(store, vae)).toEqualTypeOf<Vae>()
})

test('load gives the union of the types of the kinds that are passed', async () => {
  expectTypeOf(await load(store, vae, autoencoder)).toEqualTypeOf<Vae | Plain>()
})

test('load needs at least one kind', () => {
  // @ts-expect-error no kind
  load(store)
  // @ts-expect-error a function that makes models, but not from a file
  load(store, () => vae({ latentSize: 2 }))
})

test('save takes any model, whatever its trace', async () => {
  await save(vae({ latentSize: 2 }), store, { dataset: 'mnist' })
  // @ts-expect-error misspelt option
  await save(vae({ latentSize: 2 }), store, { dataSet: 'mnist' })
})
