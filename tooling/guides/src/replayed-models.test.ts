// Which models have their training steps replayed: what the catalogue of @ae/models says of each.
import { type Batch, repeatable, selectBackend, sizeOfShape, type Trainable, train, uniforms } from '@ae/core'
import { fromArray, withLabels } from '@ae/datasets'
import { models } from '@ae/models/internal'
import { wasm } from '@ae/wasm'
import { beforeAll, expect, test } from 'vitest'

beforeAll(() => selectBackend(wasm))

test.each(models)('the catalogue says whether the steps of $name are replayed', async (row) => {
  using model = row.create({ inputShape: [6], hidden: [5], ...row.small.options })
  const { trace, ...members } = model as unknown as Trainable<never, string, Batch>
  let passes = 0
  const counted: typeof trace = (batch, options) => {
    passes++
    return trace(batch, options)
  }
  const watched = { ...members, trace: repeatable(counted, [trace]) } as unknown as Trainable
  const labels = new Uint8Array(16)
  const examples = fromArray(uniforms('examples', {}, 16 * sizeOfShape([6])), { shape: [6], labels })
  const data = (row.isLabelled ? withLabels(examples) : examples) as typeof examples
  for await (const _ of train(watched, data, { epochs: 3, batchSize: 8 }));
  expect(passes < 6).toBe(row.isReplayed)
})
