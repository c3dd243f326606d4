import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { BatchOptions } from '../dataset.ts'
import { WeightsError } from '../errors.ts'
import { load } from '../files/save.ts'
import { folder } from '../stores/folder.ts'
import { memory } from '../stores/store.ts'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import type { CheckpointPlan } from './checkpoint-options.ts'
import { type CheckpointReport, checkpointEvery } from './checkpoint-plan.ts'
import { newestCheckpoint } from './newest-checkpoint.ts'
import { train } from './train.ts'

let home: string
beforeAll(() => tf.setBackend('cpu'))
beforeEach(async () => {
  home = await fs.mkdtemp(join(tmpdir(), 'checkpoints-'))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await fs.rm(home, { recursive: true })
})

const options = { epochs: 3, batchSize: 16, learningRate: 0.01, seed: 5 } // 5 batches an epoch
const tiny = Object.assign(tinyModel, { kind: 'tiny', fromConfig: (config: object) => tinyModel(config) })
const run = async (more: object, stopAfter = Number.POSITIVE_INFINITY) => {
  const reports: CheckpointReport[] = []
  const epochs: number[] = []
  const model = tinyModel()
  try {
    const onCheckpoint = (report: CheckpointReport) => reports.push(report)
    for await (const { epoch } of train(model, tinyData(), { ...options, onCheckpoint, ...more })) {
      epochs.push(epoch)
      if (epochs.length === stopAfter) break
    }
    return { reports, epochs, weights: Object.values(model.variables).map((variable) => variable.dataSync().slice()) }
  } finally {
    model.dispose()
  }
}
const files = async () => (await fs.readdir(home)).sort()
const steps = (reports: readonly CheckpointReport[]) =>
  reports.flatMap((report) => (report.event === 'written' ? [report.step] : []))
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => String(error).replaceAll(home, 'runs'),
  )

describe('checkpointEvery', () => {
  test.each([
    [{ steps: 4 }, [4, 8, 12, 15]],
    [{ steps: 5 }, [5, 10, 15]],
    [{ steps: 100 }, [15]],
    [{ epochs: 1 }, [5, 10, 15]],
    [{ epochs: 2 }, [10, 15]],
  ] as const)('%j writes after the steps %j, the last of the run among them', async (every, expected) => {
    const { reports } = await run({ checkpoint: checkpointEvery(home, every) })
    expect(steps(reports)).toEqual(expected)
  })

  test('writes after so many seconds, counted from the last write', async () => {
    let now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
    const onProgress = () => {
      now += 1000
    }
    const { reports } = await run({ checkpoint: checkpointEvery(home, { seconds: 4 }), onProgress })
    expect(steps(reports)).toEqual([4, 8, 12, 15])
  })

  test.each([1, 5, 7])(
    'with onAbort writes before an abort ends the run, after step %i, and none without',
    async (at) => {
      const whole = await run({})
      const aborted = async (onAbort?: boolean) => {
        const stop = new AbortController()
        const checkpoint = checkpointEvery(home, { steps: 100, onAbort })
        const onProgress = ({ step }: { readonly step: number }) => step === at && stop.abort()
        await expect(run({ checkpoint, onProgress, signal: stop.signal })).rejects.toThrow('aborted')
      }
      await aborted()
      expect(await files()).toEqual([])
      await aborted(true)
      expect(await files()).toEqual([`000001-step-${at}.safetensors`])
      expect((await run({ resume: home })).weights).toEqual(whole.weights)
    },
  )

  // 5 steps an epoch, validations after the steps 2, 4, 5, 6, 8, 10, ...
  test.each([0, 1, 2, 3, 5, 8])(
    'with onAbort writes when an abort ends validation %i, and the run that goes on makes it',
    async (index) => {
      const known = async (more: object) => {
        const history: object[] = []
        const model = tinyModel()
        const validate = { everySteps: 2 }
        const data = tinyData()
        try {
          for await (const report of train(model, data, { ...options, validation: data, validate, ...more })) {
            const { loss, validations = [] } = report
            history.push({ loss, validations: validations.map(({ step, loss }) => ({ step, loss })) })
          }
          return { history, weights: Object.values(model.variables).map((variable) => variable.dataSync().slice()) }
        } finally {
          model.dispose()
        }
      }
      const whole = await known({})
      const stop = new AbortController()
      const data = tinyData()
      let passes = -1 // the first batch is tried before the first step
      const validation = {
        ...data,
        async *batches(pass: BatchOptions) {
          const isLast = passes++ === index
          for await (const batch of data.batches(pass)) {
            yield batch
            if (isLast) stop.abort()
          }
        },
      }
      const checkpoint = checkpointEvery(home, { steps: 100, onAbort: true })
      await expect(known({ validation, checkpoint, signal: stop.signal })).rejects.toThrow('aborted')
      const resumed = await known({ resume: home })
      expect(resumed.weights).toEqual(whole.weights)
      expect(resumed.history).toEqual(whole.history.slice(-resumed.history.length))
      expect(resumed.history).toHaveLength(3 - Math.floor(index / 3))
    },
  )

  test('with onAbort writes nothing that is written already', async () => {
    const stop = new AbortController()
    const checkpoint = checkpointEvery(home, { steps: 4, onAbort: true })
    const onProgress = ({ step }: { readonly step: number }) => step === 4 && stop.abort()
    await expect(run({ checkpoint, onProgress, signal: stop.signal })).rejects.toThrow('aborted')
    expect(await files()).toEqual(['000001-step-4.safetensors'])
  })

  test('keeps the newest in a folder, two unless told otherwise, and touches no other file', async () => {
    await fs.writeFile(join(home, 'notes.txt'), 'mine')
    await run({ checkpoint: checkpointEvery(home, { steps: 2 }) })
    expect(await files()).toEqual(['000007-step-14.safetensors', '000008-step-15.safetensors', 'notes.txt'])
    await run({ checkpoint: checkpointEvery(home, { epochs: 1, keep: 1 }) })
    expect(await files()).toEqual(['000011-step-15.safetensors', 'notes.txt'])
  })

  test('reports each write, with its place in the run', async () => {
    const { reports } = await run({ checkpoint: checkpointEvery(folder(home), { steps: 6, keep: 1 }) })
    expect(reports).toEqual([
      { event: 'written', name: join(home, '000001-step-6.safetensors'), step: 6, epoch: 1, batch: 1 },
      { event: 'written', name: join(home, '000002-step-12.safetensors'), step: 12, epoch: 2, batch: 2 },
      { event: 'written', name: join(home, '000003-step-15.safetensors'), step: 15, epoch: 3, batch: 0 },
    ])
  })

  test.each([
    [{}, 'none of them'],
    [{ steps: 1, epochs: 1 }, 'steps and epochs'],
  ])('refuses %j', (every, received) => {
    expect(() => checkpointEvery(home, every as never)).toThrow(`Received: ${received}`)
  })

  test.each([[{ steps: 0 }], [{ seconds: 0 }], [{ epochs: 1.5 }], [{ steps: 1, keep: 0 }], [{ step: 1 }]])(
    'refuses %j, a bad option',
    (every) => {
      expect(() => checkpointEvery(home, every as never)).toThrow('checkpointEvery')
    },
  )

  test.each([[undefined], [3], [{ name: 'half', list: async () => [] }]])('refuses the place %j', (place) => {
    expect(() => checkpointEvery(place as never, { steps: 1 })).toThrow('`checkpointEvery` received')
  })

  test('is what train asks for where it gets a folder alone', async () => {
    expect(await failure(run({ checkpoint: folder(home) }))).toMatchInlineSnapshot(`
      "OptionError: \`train\` received a folder as \`checkpoint\`.

      Expected: a store, or when to write into the folder
      Received: { name, list, file, remove }
      Fix:      pass checkpointEvery(folder, { epochs: 1 })"
    `)
  })

  test('takes a store, which holds the newest alone', async () => {
    const store = memory()
    const { reports } = await run({ checkpoint: checkpointEvery(store, { steps: 6 }) })
    expect(reports).toMatchObject([{ name: 'memory', step: 6 }, { step: 12 }, { step: 15 }])
    expect((await run({ resume: store })).epochs).toEqual([])
  })
})

describe('a run that resumes from a folder', () => {
  const plan = (more = {}): CheckpointPlan => checkpointEvery(home, { steps: 2, keep: 3, ...more })
  const interrupted = () => run({ checkpoint: plan() }, 2) // 2, 4, 6, 8, 10: the last three stay

  test('takes the newest checkpoint, by the path, the folder or the plan', async () => {
    const { weights } = await run({})
    await interrupted()
    for (const resume of [home, folder(home), plan()]) {
      const { reports, epochs, weights: resumed } = await run({ resume })
      expect(reports).toEqual([
        { event: 'resumed', name: join(home, '000005-step-10.safetensors'), step: 10, epoch: 2, batch: 0 },
      ])
      expect(epochs).toEqual([3])
      expect(resumed).toEqual(weights)
    }
  })

  test.each([
    ['torn', (bytes: Buffer) => bytes.subarray(0, bytes.length - 7)],
    ['empty', (bytes: Buffer) => bytes.subarray(0, 0)],
    ['changed in one bit', (bytes: Buffer) => bytes.fill((bytes.at(-9) ?? 0) ^ 1, bytes.length - 9, bytes.length - 8)],
  ])('passes over one that is %s, and says so', async (_, damage) => {
    const { weights } = await run({})
    await interrupted()
    const newest = join(home, '000005-step-10.safetensors')
    await fs.writeFile(newest, damage(await fs.readFile(newest)))
    const { reports, epochs, weights: resumed } = await run({ resume: plan(), checkpoint: plan({ keep: 2 }) })
    expect(reports.slice(0, 2)).toMatchObject([
      { event: 'passed over', name: newest, reason: expect.stringContaining(newest) },
      { event: 'resumed', name: join(home, '000004-step-8.safetensors'), step: 8, epoch: 1, batch: 3 },
    ])
    expect(steps(reports)).toEqual([10, 12, 14, 15])
    expect(epochs).toEqual([2, 3])
    expect(resumed).toEqual(weights)
    expect(await files()).toEqual(['000008-step-14.safetensors', '000009-step-15.safetensors'])
  })

  test('does not count a damaged one among those that it keeps', async () => {
    await interrupted()
    await fs.writeFile(join(home, '000005-step-10.safetensors'), 'torn')
    await run({ resume: plan(), checkpoint: plan({ steps: 9, keep: 2 }) }, 1)
    expect(await files()).toEqual([
      '000004-step-8.safetensors',
      '000005-step-10.safetensors',
      '000006-step-9.safetensors',
    ])
  })

  test('ends with the reasons where none is whole, and moves nothing', async () => {
    await interrupted()
    for (const name of await files()) await fs.writeFile(join(home, name), 'torn')
    expect(await failure(run({ resume: plan() }))).toMatchInlineSnapshot(`
      "WeightsError: \`train\` found no whole checkpoint in runs.

      Reasons: \`train\` cannot read runs/000005-step-10.safetensors: it is truncated. \`train\` cannot read runs/000004-step-8.safetensors: it is truncated. \`train\` cannot read runs/000003-step-6.safetensors: it is truncated.
      Files:   3
      Fix:     copy the files again if they are copies; else remove them and start a new run"
    `)
  })

  test('ends where there is none, but a plan begins anew', async () => {
    expect(await failure(run({ resume: home }))).toMatchInlineSnapshot(`
      "WeightsError: \`train\` found no checkpoint in runs.

      Expected: files such as 000001-step-500.safetensors, which checkpointEvery writes
      Fix:      check the folder; leave \`resume\` out of the first run, or pass the plan that checkpointEvery gave as \`resume\`, which begins anew where there is none"
    `)
    const none = checkpointEvery(join(home, 'new'), { steps: 2 })
    const { reports, epochs } = await run({ resume: none, checkpoint: none })
    expect(reports[0]).toMatchObject({ event: 'written', step: 2 })
    expect(epochs).toEqual([1, 2, 3])
  })

  test('refuses the newest one of another model, and does not look for an older one', async () => {
    await interrupted()
    const other = tinyModel({ codeSize: 3 })
    const reports: CheckpointReport[] = []
    const onCheckpoint = (report: CheckpointReport) => reports.push(report)
    const resumed = async () => {
      for await (const _ of train(other, tinyData(), { ...options, resume: home, onCheckpoint }));
    }
    expect(await failure(resumed())).toContain('its model has another `codeSize`')
    expect(reports).toEqual([])
    other.dispose()
  })

  test('takes a new run in a folder of an old one for the newer', async () => {
    await run({ checkpoint: plan() })
    await run({ checkpoint: plan() }, 1)
    const { reports } = await run({ resume: home })
    expect(reports).toMatchObject([{ name: join(home, '000010-step-4.safetensors') }])
  })

  test('writes on when an older file cannot be removed', async () => {
    vi.spyOn(fs, 'rm').mockRejectedValue(Object.assign(new Error('no'), { code: 'EACCES' }))
    const { epochs } = await run({ checkpoint: plan({ keep: 1 }) })
    expect(epochs).toEqual([1, 2, 3])
    expect(await files()).toHaveLength(8)
  })
})

describe('newestCheckpoint', () => {
  test('gives the store of the newest whole checkpoint, which load takes', async () => {
    const { weights } = await run({ checkpoint: checkpointEvery(home, { epochs: 1 }) })
    const newest = await newestCheckpoint(home)
    expect(basename(newest.name)).toBe('000003-step-15.safetensors')
    using model = await load(newest, tiny)
    expect(Object.values(model.variables).map((variable) => variable.dataSync())).toEqual(weights)
  })

  test('passes over damaged ones', async () => {
    await run({ checkpoint: checkpointEvery(home, { epochs: 1 }) })
    await fs.writeFile(join(home, '000003-step-15.safetensors'), 'torn')
    expect(basename((await newestCheckpoint(folder(home))).name)).toBe('000002-step-10.safetensors')
  })

  test('refuses an empty folder', async () => {
    await expect(newestCheckpoint(folder(home))).rejects.toThrow(WeightsError)
  })
})

test('what a killed run left in a folder goes with the next write, whatever file it was for', async () => {
  const path = join(home, '000001-step-5.safetensors')
  let left = ''
  vi.spyOn(fs, 'rename').mockImplementationOnce(async (from) => {
    left = String(from)
    throw Object.assign(new Error('no'), { code: 'EACCES' })
  })
  await folder(home)
    .file(basename(path))
    .write(new Uint8Array([1]))
    .catch(() => {})
  const ended = left.replace(/\.\d+-(?=[0-9a-f]{8}-)/, '.999999999-')
  await fs.writeFile(ended, 'half')
  await fs.writeFile(left, 'half') // of a process that lives
  await run({ checkpoint: checkpointEvery(home, { epochs: 3 }) })
  expect(await files()).toEqual([basename(left), '000001-step-15.safetensors'])
})
