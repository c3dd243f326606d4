// A table from end to end: fit, train, save, load from the file alone, and rows in own units and names.
import '@tensorflow/tfjs-backend-cpu'
import { load, memory, normals, notesOf, save, train, uniforms } from '@ae/core'
import { fromRows, type Row, tableModel, tabularTransform } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { mixed } from '@ae/losses'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { autoencoder } from './autoencoder.ts'
import { conditionalVae } from './conditional-vae.ts'
import { gaussianSampler } from './generation/gaussian-sampler.ts'
import { vae } from './vae.ts'

beforeAll(() => tf.setBackend('cpu'))

const count = 400
const [u, z] = [uniforms('people', { seed: 1 }, 3 * count), normals('people', { seed: 1 }, count)]
/** Those who live in Oslo are older; one age in five is missing. */
const people: readonly Row[] = Array.from({ length: count }, (_, i) => {
  const city = (u[3 * i] as number) < 0.7 ? 'Oslo' : 'Turku'
  const age = Math.round((city === 'Oslo' ? 60 : 25) + 4 * (z[i] as number))
  return { age: (u[3 * i + 1] as number) < 0.2 ? null : age, city, member: (u[3 * i + 2] as number) < 0.5 }
})
const table = fromRows(people)
const training = { epochs: 60, batchSize: 50, seed: 1, learningRate: 0.005 }
const share = (rows: readonly Row[], has: (row: Row) => boolean) => rows.filter(has).length / rows.length
const meanAge = (rows: readonly Row[], city: string) => {
  const ages = rows.flatMap((row) => (row.city === city && typeof row.age === 'number' ? [row.age] : []))
  return ages.reduce((sum, age) => sum + age, 0) / ages.length
}

test('a model of a table gives rows like those it learned from, also after load, and the same for the same seed', async () => {
  const transform = tabularTransform(table)
  const options = { inputShape: [transform.width], latentSize: 3, hidden: [24], seed: 1 }
  using model = vae({ ...options, likelihood: mixed(transform.likelihood) })
  for await (const _ of train(model, transform.apply(table), training));
  expect(notesOf(model).transform).toEqual(transform.config)

  const store = memory()
  await save(model, store)
  using again = await load(store, vae)
  const rows = await tableModel(again).sample(2000, { seed: 3 })
  expect(rows).toEqual(await tableModel(model, transform).sample(2000, { seed: 3 }))
  expect(rows).not.toEqual(await tableModel(model).sample(2000, { seed: 4 }))

  expect(share(rows, ({ city }) => city === 'Oslo')).toBeCloseTo(
    share(people, ({ city }) => city === 'Oslo'),
    1,
  )
  expect(share(rows, ({ member }) => member === true)).toBeCloseTo(0.5, 1)
  expect(Math.abs(share(rows, ({ age }) => age === null) - 0.2)).toBeLessThan(0.07)
  expect(meanAge(people, 'Oslo') - meanAge(people, 'Turku')).toBeGreaterThan(30)
  expect(meanAge(rows, 'Oslo') - meanAge(rows, 'Turku')).toBeGreaterThan(15) // they were learned together
  for (const { age, city, member } of rows) {
    expect(age === null || Number.isInteger(age)).toBe(true)
    expect([typeof city, typeof member]).toEqual(['string', 'boolean'])
  }

  const back = await tableModel(again).reconstruct(people.slice(0, 200))
  expect(share(back, (row) => row.city === people[back.indexOf(row)]?.city)).toBeGreaterThan(0.9)
  await expectNoLeak(async () => {
    await tableModel(again).sample(5)
    await tableModel(again).reconstruct(table.take(5))
  })
}, 60_000)

test('a model of complete rows fills in what is missing', async () => {
  const transform = tabularTransform(table, { missing: 'ignored' })
  const options = { inputShape: [transform.width], latentSize: 3, hidden: [24], seed: 1 }
  using model = vae({ ...options, likelihood: mixed(transform.likelihood) })
  for await (const _ of train(model, transform.apply(table), training));
  const rows = tableModel(model)
  for (const { age } of await rows.sample(300)) expect(age).not.toBeNull()
  const [old, young] = await rows.reconstruct([
    { age: null, city: 'Oslo', member: true },
    { age: null, city: 'Turku', member: true },
  ])
  expect(Number(old?.age)).toBeGreaterThan(Number(young?.age) + 15)
}, 60_000)

test('a sampler makes rows of an autoencoder, with the transform; labels make them of a class', async () => {
  const transform = tabularTransform(table.select(['age', 'member']))
  const likelihood = mixed(transform.likelihood)
  const data = transform.apply(table, { labels: 'city' })
  using model = autoencoder({ inputShape: [transform.width], codeSize: 2, hidden: [8], likelihood })
  const sampler = await gaussianSampler(model, data)
  const rows = await tableModel(sampler, transform).sample(20, { seed: 1 })
  expect(Object.keys(rows[0] ?? {})).toEqual(['age', 'member'])
  await expect(tableModel(sampler, transform).reconstruct(people)).rejects.toThrow('not one that can reconstruct')
  await expect(tableModel(model, transform).sample(3)).rejects.toThrow('gaussianSampler')

  using byCity = conditionalVae({ inputShape: [transform.width], latentSize: 2, classes: 2, likelihood })
  expect(await tableModel(byCity.forLabel(1), transform).sample(4)).toHaveLength(4)
})

test('tableModel says what it needs where the model has no transform', () => {
  using model = vae({ inputShape: [3], latentSize: 2 })
  expect(() => tableModel(model)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`tableModel\` received \`transform\` that is not a transform: the model's notes hold none.

    Expected: a transform: the model's notes hold none
    Received: undefined
    Fix:      pass the transform as the second argument; a model that is trained on transform.apply(table) notes it]
  `)
  expect(() => tableModel({} as typeof model)).toThrow('hold none')
  expect(() => tableModel(7 as unknown as typeof model, tabularTransform(table))).toThrow('not a model of rows')
})

test('a mixed likelihood of another table is refused at the first step, with the way out', async () => {
  const transform = tabularTransform(table)
  using model = vae({
    inputShape: [transform.width],
    latentSize: 2,
    likelihood: mixed({ parts: [{ kind: 'gaussian' }] }),
  })
  const training = train(model, transform.apply(table), { epochs: 1 })
  await expect(training.next()).rejects.toThrow('mixed(transform.likelihood)')
})
