import type { Tensor } from '@tensorflow/tfjs-core'
import { expectTypeOf, test } from 'vitest'
import type { Dataset, LabelledBatch } from '../dataset.ts'
import type { Trainable } from '../model.ts'
import type { Trace } from '../trace.ts'
import type { LossValues } from './epoch.ts'
import { train } from './train.ts'

declare const plain: Trainable<Trace, 'reconstruction'>
declare const conditional: Trainable<Trace, 'reconstruction', LabelledBatch>
declare const images: Dataset
declare const pairs: Dataset<LabelledBatch>

test('train takes the batches that the model takes', () => {
  train(plain, images, { validation: images })
  train(conditional, pairs, { validation: pairs })
  // @ts-expect-error no labels wanted
  train(plain, pairs)
  // @ts-expect-error labels wanted
  train(conditional, images)
  // @ts-expect-error labels wanted in validation too
  train(conditional, pairs, { validation: images })
})

test('a run can be returned from an async function', async () => {
  const begin = async () => train(plain, images)
  expectTypeOf(await begin()).toEqualTypeOf<ReturnType<typeof train<Trace, 'reconstruction'>>>()
})

test('a misspelt option does not compile where it is written', () => {
  // @ts-expect-error epochs
  train(plain, images, { epoch: 1 })
})

test('the report has the names of the terms that are minimised', async () => {
  for await (const { loss } of train(plain, images)) expectTypeOf(loss).toEqualTypeOf<LossValues<'reconstruction'>>()
  const objective = ({ code }: Trace) => ({ size: code as Tensor })
  for await (const { loss } of train(plain, images, { objective }))
    expectTypeOf(loss).toEqualTypeOf<LossValues<'size'>>()
})
