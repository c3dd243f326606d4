import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runSchema } from './run-schema.ts'
import { trainFlags } from './train-flags.ts'

const path = join(import.meta.dirname, '../schema/run.schema.json')

test('the published schema is that of the flags; vitest --update writes it anew', async () => {
  await expect(`${JSON.stringify(runSchema(await trainFlags()), null, 2)}\n`).toMatchFileSnapshot(path)
})

test('every flag that is a setting is in the schema with its type, its range and its default', async () => {
  const { properties } = runSchema(await trainFlags()) as { properties: Readonly<Record<string, object>> }
  expect(properties.batchSize).toMatchObject({ type: 'integer', minimum: 1, default: 128 })
  expect(properties.optimizer).toMatchObject({ enum: expect.arrayContaining(['adam', 'lion']) })
  expect(properties.likelihoodStandardDeviation).toMatchObject({ anyOf: [{ exclusiveMinimum: 0 }, {}] })
  expect(properties.log).toMatchObject({ type: 'array', items: { enum: ['tensorboard', 'csv', 'jsonl'] } })
  expect(Object.keys(properties)).not.toContain('config')
})
