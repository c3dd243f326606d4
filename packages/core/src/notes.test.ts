import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Dataset } from './dataset.ts'
import { OptionError, WeightsError } from './errors.ts'
import { readSafetensors, writeSafetensors } from './files/safetensors.ts'
import { load, save } from './files/save.ts'
import { annotate, bestEpoch, noteEpoch, notesOf } from './notes.ts'
import type { Notes } from './notes-types.ts'
import { memory } from './stores/store.ts'
import { adversarialModel } from './testing/adversarial-model.ts'
import { tinyData, tinyModel } from './testing/tiny-model.ts'
import { checkpointEvery } from './training/checkpoint-plan.ts'
import { fit } from './training/fit.ts'
import { train } from './training/train.ts'

const tiny = { kind: 'tiny', fromConfig: tinyModel }
const notes: Notes = {
  classNames: ['cat', 'dog \u001b[31m', ''],
  transform: { columns: [{ name: 'age', mean: 38.5, missing: null, isWhole: true }] },
  threshold: -3.25,
  score: { kind: 'reconstruction' },
  metrics: { rocAuc: 0.97 },
}
const withNotes = (own: unknown): Dataset => ({ ...tinyData(), notes: own as Notes })

async function finish(run: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of run);
}

beforeAll(async () => {
  await tf.setBackend('cpu')
})

test('a model has no notes until someone writes some', () => {
  using model = tinyModel()
  expect(notesOf(model)).toEqual({})
})

test('annotate replaces the members that it receives, removes those that are undefined and keeps the others', () => {
  using model = tinyModel()
  annotate(model, notes)
  annotate(model, { threshold: 2, transform: undefined })
  expect(notesOf(model)).toStrictEqual({
    classNames: notes.classNames,
    threshold: 2,
    score: notes.score,
    metrics: notes.metrics,
  })
})

test('notes are copies on the way in and on the way out', () => {
  using model = tinyModel()
  const classNames = ['cat']
  annotate(model, { classNames })
  classNames.push('dog')
  ;(notesOf(model).classNames as string[]).push('bird')
  expect(notesOf(model).classNames).toEqual(['cat'])
})

test('save keeps notes, load restores them, and the same notes give the same bytes', async () => {
  using model = tinyModel()
  annotate(model, notes)
  const [first, second] = [memory(), memory()]
  await save(model, first)
  using loaded = await load(first, tiny)
  expect(notesOf(loaded)).toEqual(notes)
  await save(loaded, second)
  expect(await second.read()).toEqual(await first.read())
})

test('models that share variables share notes, and other models of the same kind do not', () => {
  using model = tinyModel()
  using other = tinyModel()
  annotate(model, notes)
  expect(notesOf({ ...model })).toEqual(notes)
  expect(notesOf(other)).toEqual({})
})

describe('train', () => {
  test('copies the notes of its data to a model that has none', async () => {
    using model = tinyModel()
    await finish(train(model, withNotes(notes), { epochs: 1 }))
    expect(notesOf(model)).toMatchObject(notes)
    await finish(train(model, withNotes({ threshold: 9 }), { epochs: 1 }))
    expect(notesOf(model)).toMatchObject(notes)
  })

  test('copies the notes of labelled data to a model with classes', async () => {
    using model = tinyModel()
    await finish(train({ ...model, classes: 2 }, withNotes(notes), { epochs: 1 }))
    expect(notesOf(model)).toMatchObject(notes)
  })

  test('copies the notes to a model with players', async () => {
    using model = adversarialModel()
    await finish(train(model, withNotes(notes), { epochs: 1 }))
    expect(notesOf(model)).toMatchObject(notes)
  })

  test('writes notes to checkpoints and restores them to a model that has none', async () => {
    const store = memory()
    using model = tinyModel()
    annotate(model, notes)
    await finish(train(model, tinyData(), { epochs: 1, checkpoint: store }))
    using resumed = tinyModel()
    await finish(train(resumed, withNotes({ threshold: 1 }), { epochs: 2, resume: store }))
    expect(notesOf(resumed)).toMatchObject(notes)
    using own = tinyModel()
    annotate(own, { threshold: 7 })
    await finish(train(own, tinyData(), { epochs: 2, resume: store }))
    expect(notesOf(own)).toEqual({ threshold: 7, history: notesOf(resumed).history })
    using loaded = await load(store, tiny)
    expect(notesOf(loaded)).toMatchObject(notes)
  })

  test.each([[null], ['cat'], [{ threshold: '1' }], [{ title: 'x' }]])(
    'refuses %j as the notes of data, and leaves the model without',
    async (own) => {
      using model = tinyModel()
      await expect(train(model, withNotes(own), { epochs: 1 }).next()).rejects.toThrow(OptionError)
      expect(notesOf(model)).toEqual({})
    },
  )
})

describe('history', () => {
  const options = { epochs: 3, batchSize: 8, seed: 2 }

  test('train notes the objective of each epoch, and of the validation where that is measured', async () => {
    using model = tinyModel()
    const { epochs } = await fit(model, tinyData(), {
      ...options,
      validation: tinyData(),
      validate: { everyEpochs: 2 },
    })
    const rounded = (value: number | undefined) => Number(value?.toPrecision(7))
    expect(notesOf(model)).toEqual({
      history: epochs.map(({ epoch, step, loss, validation }) => {
        const after = validation === undefined ? {} : { validation: rounded(validation.total) }
        return { epoch, step, total: rounded(loss.total), ...after }
      }),
    })
    expect(notesOf(model).history?.map(({ validation }) => validation !== undefined)).toEqual([false, true, true])
  })

  test('save keeps it, load restores it, and a further run replaces it', async () => {
    using model = tinyModel()
    await fit(model, tinyData(), options)
    const store = memory()
    await save(model, store)
    using loaded = await load(store, tiny)
    expect(notesOf(loaded)).toEqual(notesOf(model))
    expect(notesOf(loaded).history).toHaveLength(3)
    await fit(loaded, tinyData(), { ...options, epochs: 1 })
    expect(notesOf(loaded).history).toHaveLength(1)
  })

  test('a run that resumes goes on with that of its checkpoint, in the middle of an epoch too, whatever the model has', async () => {
    using whole = tinyModel()
    await fit(whole, tinyData(), options)
    const store = memory()
    using begun = tinyModel()
    const plan = { checkpoint: checkpointEvery(store, { steps: 3 }) }
    for await (const { epoch } of train(begun, tinyData(), { ...options, ...plan })) if (epoch === 2) break
    using resumed = tinyModel()
    annotate(resumed, { threshold: 1, history: [{ epoch: 1, step: 1, total: 9 }] })
    await fit(resumed, tinyData(), { ...options, resume: store })
    expect(notesOf(resumed)).toEqual({ threshold: 1, history: notesOf(whole).history })
  })

  test('does not count as a note of its own: the model still takes those of its data, without their history', async () => {
    using model = tinyModel()
    await fit(model, tinyData(), options)
    await fit(model, withNotes({ ...notes, history: [{ epoch: 7, step: 1, total: 9 }] }), options)
    const { history, ...others } = notesOf(model)
    expect(others).toEqual(notes)
    expect(history?.map(({ epoch }) => epoch)).toEqual([1, 2, 3])
  })

  test('keeps the first, the best and the last 98 epochs of many', () => {
    using model = tinyModel()
    for (let epoch = 1; epoch <= 300; epoch++) noteEpoch(model, { epoch, step: epoch, total: Math.abs(epoch - 50) })
    const { history = [] } = notesOf(model)
    expect(history).toHaveLength(100)
    expect(history.slice(0, 3).map(({ epoch }) => epoch)).toEqual([1, 50, 203])
    expect(history.at(-1)?.epoch).toBe(300)
    expect(bestEpoch(history)).toEqual({ epoch: 50, step: 50, total: 0 })
  })

  test('the best epoch is that of the validation data, where they were measured', () => {
    const epochs = [
      { epoch: 1, step: 1, total: 3, validation: 5 },
      { epoch: 2, step: 2, total: 2, validation: 4 },
      { epoch: 3, step: 3, total: 1 },
      { epoch: 4, step: 4, total: 1, validation: 4 },
    ]
    expect(bestEpoch(epochs)?.epoch).toBe(2)
    expect(bestEpoch([])).toBeUndefined()
  })

  test('annotate writes one and removes it', () => {
    using model = tinyModel()
    const history = [{ epoch: 4, step: 40, total: -1.5, validation: 2 }]
    annotate(model, { history })
    annotate(model, { threshold: 1 })
    expect(notesOf(model)).toEqual({ threshold: 1, history })
    annotate(model, { history: undefined })
    expect(notesOf(model)).toEqual({ threshold: 1 })
  })

  test('models that share some of their variables only have no history in common', async () => {
    using model = tinyModel()
    using other = tinyModel()
    await fit(model, tinyData(), options)
    const [[name, variable]] = Object.entries(model.variables) as [[string, tf.Variable]]
    expect(notesOf({ variables: { ...other.variables, [name]: variable } })).toEqual({})
  })

  test.each(['{}', '[1]', '[{"epoch":1}]', '[{"epoch":2,"step":1,"total":1},{"epoch":1,"step":1,"total":1}]', '[{'])(
    'one of a file that is malformed (%s) is refused where it is read; annotate and train replace it',
    async (text) => {
      using model = tinyModel()
      const store = memory()
      await save(model, store)
      const { metadata, tensors } = readSafetensors(await store.read())
      const changed = new Map(metadata).set('history', text)
      changed.delete('checksum')
      const bytes = writeSafetensors({ metadata: changed, tensors })
      using loaded = await load(memory(bytes), tiny)
      expect(() => notesOf(loaded)).toThrow(WeightsError)
      annotate(loaded, { threshold: 1 })
      expect(notesOf(loaded)).toEqual({ threshold: 1 })
      using trained = await load(memory(bytes), tiny)
      await fit(trained, tinyData(), { ...options, epochs: 1 })
      expect(notesOf(trained).history).toHaveLength(1)
    },
  )
})

const cycle: Record<string, unknown> = {}
cycle.cycle = cycle
test.each<[string, object]>([
  ['names that are not strings', { classNames: ['cat', 1] }],
  ['names in an object', { classNames: { 0: 'cat' } }],
  ['a list of names with a hole', { classNames: Array(2) }],
  ['a threshold that is not finite', { threshold: Number.NaN }],
  ['a transform with a number that JSON lacks', { transform: [Number.POSITIVE_INFINITY] }],
  ['a transform with a function', { transform: { apply: () => 1 } }],
  ['a transform with a typed array', { transform: { means: new Float32Array(2) } }],
  ['a transform with a date', { transform: new Date(0) }],
  ['a transform with a big integer', { transform: 1n }],
  ['a transform that contains itself', { transform: cycle }],
  ['metrics that are not numbers', { metrics: { rocAuc: 'good' } }],
  ['metrics in a list', { metrics: [1] }],
  ['a history that is not a list', { history: { epoch: 1, step: 1, total: 1 } }],
  ['a history with a hole', { history: Array(1) }],
  ['a history of losses', { history: [3, 2, 1] }],
  ['an epoch without a step', { history: [{ epoch: 1, total: 1 }] }],
  ['an epoch 0', { history: [{ epoch: 0, step: 1, total: 1 }] }],
  ['an epoch twice', { history: [1, 1].map((epoch) => ({ epoch, step: 1, total: 1 })) }],
  ['a total that is not finite', { history: [{ epoch: 1, step: 1, total: Infinity }] }],
  ['a validation that is not a number', { history: [{ epoch: 1, step: 1, total: 1, validation: { total: 1 } }] }],
])('annotate refuses %s, and changes nothing', (_title, bad) => {
  using model = tinyModel()
  annotate(model, notes)
  expect(() => annotate(model, bad)).toThrow(OptionError)
  expect(notesOf(model)).toEqual(notes)
})

test('annotate refuses an unknown member and a model without variables', () => {
  using model = tinyModel()
  expect(() => annotate(model, { treshold: 1 } as Notes)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`annotate\` has no option \`treshold\`.

    Expected: classNames, transform, threshold, score, metrics, history
    Received: treshold
    Fix:      did you mean threshold?]
  `)
  expect(() => annotate({ variables: {} }, notes)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`annotate\` received \`model\` that is not a model with variables.

    Expected: a model with variables
    Received: { variables }, whose variables is not at least one
    Fix:      pass a model, e.g. vae({ inputShape, latentSize }) of @ae/models]
  `)
})

test.each([' ', '[]', '{"threshold":"1"}', '{"metrics":{"a":null}}', '['.repeat(1e5), `\u001b]0;${'x'.repeat(1e5)}`])(
  'notes of a file that are malformed (%#) are refused where they are read, and annotate replaces them',
  async (text) => {
    using model = tinyModel()
    const store = memory()
    await save(model, store)
    const { metadata, tensors } = readSafetensors(await store.read())
    const changed = new Map(metadata).set('notes', text)
    changed.delete('checksum')
    using loaded = await load(memory(writeSafetensors({ metadata: changed, tensors })), tiny)
    expect(() => notesOf(loaded)).toThrow(WeightsError)
    annotate(loaded, { threshold: 1 })
    expect(notesOf(loaded)).toEqual({ threshold: 1 })
  },
)

test('members of later versions stay in the file', async () => {
  using model = tinyModel()
  const store = memory()
  await save(model, store)
  const { metadata, tensors } = readSafetensors(await store.read())
  const changed = new Map(metadata).set('notes', '{"units":"kg","threshold":1}')
  changed.delete('checksum')
  using loaded = await load(memory(writeSafetensors({ metadata: changed, tensors })), tiny)
  annotate(loaded, { threshold: 2 })
  expect(notesOf(loaded)).toEqual({ units: 'kg', threshold: 2 })
})
