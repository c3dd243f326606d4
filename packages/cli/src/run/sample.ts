// The program of `ae sample`.
import { OptionError } from '@ae/core'
import type { Sampler } from '@ae/models'
import type { Tensor } from '@tensorflow/tfjs-core'
import { labelOf, unlabelled } from '../labelled-model.ts'
import { openExamples } from '../open-examples.ts'
import type { OpenModel } from '../open-model.ts'
import { dataNeeded } from '../place-of-data.ts'
import { tellWritten, withModel } from '../run-verb.ts'
import { hasPrior, type MaybeSampler, samplerOf } from '../samplers.ts'
import type { Io, Run, Settings } from '../verb.ts'
import { targetOf } from '../write-array.ts'
import { formatsOf, writeExamples } from '../write-examples.ts'

const verb = 'ae sample'

/** Writes new examples. */
export const run: Run = (settings, io) =>
  withModel(verb, settings, io, async (opened) => {
    const count = Number(settings.count)
    const target = targetOf(settings, io, { verb, ...formatsOf(opened) })
    const draw = settings.draw === true || (opened.transform !== undefined && settings.mean !== true)
    const options = { temperature: Number(settings.temperature), draw }
    const sampleSome = await samplesFrom(opened, settings, io, { ...options, count })
    await writeExamples({ opened, target, io, name: 'samples', count }, async (write) => {
      for (let first = 0; first < count; first += atOnce) {
        // Seeds far apart: the next ones of a user give other examples.
        const seed = (Number(settings.seed) + (first / atOnce) * 2 ** 32) % 2 ** 53
        await write(sampleSome(first, Math.min(atOnce, count - first), { ...options, seed }))
      }
    })
    tellWritten(settings, io, target, opened, { examples: count, seed: settings.seed })
    return 0
  })

/** How many are in memory. */
const atOnce = 1000

interface SampleChoice {
  readonly seed: number
  readonly temperature: number
  readonly draw: boolean
}

/** What draws some examples from a place on. */
async function samplesFrom(
  opened: OpenModel,
  settings: Settings,
  io: Io,
  { count, draw }: { readonly count: number; readonly draw: boolean },
): Promise<(first: number, some: number, options: SampleChoice) => Tensor> {
  const { model, transform } = opened
  if (model.kind === 'conditionalVae' && labelOf(verb, opened, settings) === undefined) {
    const { classes } = model
    const labels = Array.from({ length: count }, (_, i) => Math.floor((i * classes) / count))
    return (first, some, options) => model.sample(labels.slice(first, first + some), options)
  }
  if (model.kind === 'vqVae' && draw && transform === undefined) {
    throw new OptionError(`\`${verb}\` takes --draw only with a model that says the distribution of its examples.`, {
      facts: { Received: `--draw, a ${model.kind}, whose samples are means of codes that are drawn` },
      fix: 'leave out --draw',
    })
  }
  const sampler = await samplerWithData(unlabelled(verb, opened, settings), opened, settings, io)
  return (_, some, options) => sampler.sample(some, options)
}

async function samplerWithData(
  model: ReturnType<typeof unlabelled>,
  { model: { inputShape }, transform, classNames }: OpenModel,
  settings: Settings,
  io: Io,
): Promise<Sampler> {
  const maybe = model as MaybeSampler
  if (hasPrior(maybe)) return samplerOf(maybe, undefined)
  const examples = await openExamples(settings, io, { verb, shape: inputShape, transform, classNames })
  if (examples === undefined) throw dataNeeded(verb, ': this model has no prior')
  try {
    return await samplerOf(maybe, examples.data)
  } finally {
    await examples.close()
  }
}
