// The program of `ae traverse`.
import { OptionError } from '@ae/core'
import { captionedGrid } from '@ae/images'
import { traverse } from '@ae/models'
import type * as tf from '@tensorflow/tfjs-core'
import { unlabelled } from '../labelled-model.ts'
import { openExamples } from '../open-examples.ts'
import type { OpenModel } from '../open-model.ts'
import { withFirstImages } from '../pictures.ts'
import { tellWritten, withModel } from '../run-verb.ts'
import type { Io, Run, Settings } from '../verb.ts'
import { targetOf } from '../write-array.ts'
import { formatsOf, scaleFor, writeExamples } from '../write-examples.ts'

const verb = 'ae traverse'

/** Writes a walk along each latent. */
export const run: Run = (settings, io) =>
  withModel(verb, settings, io, async (opened) => {
    const model = unlabelled(verb, opened, settings)
    const target = targetOf(settings, io, { verb, ...formatsOf(opened) })
    const latents = latentsOf(settings.latents as readonly string[] | undefined, model.codeSize)
    const [steps, range] = [Number(settings.steps), Number(settings.range)]
    const around = await codeOfData(model, opened, settings, io)
    let walks: tf.Tensor
    try {
      walks = traverse(model, { latents, steps, range, around })
    } finally {
      around?.dispose()
    }
    const rowLabels = latents.map((latent) => `z${latent}`)
    const columnLabels = Array.from({ length: steps }, (_, i) =>
      String(Number((range * ((2 * i) / (steps - 1) - 1)).toFixed(2))),
    )
    const draw = (all: tf.Tensor) => captionedGrid(all, { scale: scaleFor(model.inputShape), rowLabels, columnLabels })
    const count = latents.length * steps
    await writeExamples({ opened, target, io, name: 'traversals', count, draw }, (write) => write(walks))
    tellWritten(settings, io, target, opened, { latents: latents.length, steps })
    return 0
  })

/** The code of the first example, if there is data. */
async function codeOfData(
  model: ReturnType<typeof unlabelled>,
  { transform, classNames }: OpenModel,
  settings: Settings,
  io: Io,
): Promise<tf.Tensor2D | undefined> {
  const wish = { verb, shape: model.inputShape, transform, classNames, isOnePass: true }
  const examples = await openExamples({ ...settings, limit: 1 }, io, wish)
  if (examples === undefined) return undefined
  try {
    return await withFirstImages(examples.data, 1, async (example) => model.encode(example))
  } finally {
    await examples.close()
  }
}

function latentsOf(texts: readonly string[] | undefined, codeSize: number): readonly number[] {
  if (texts === undefined) return Array.from({ length: Math.min(10, codeSize) }, (_, i) => i)
  const latents = texts.map((text) => (/^\d+$/.test(text) ? Number(text) : Number.NaN))
  if (latents.every((latent) => latent < codeSize)) return latents
  throw new OptionError(`\`${verb}\` received a bad \`--latents\`.`, {
    facts: { Expected: `integers from 0 to ${codeSize - 1}, separated by commas`, Received: texts.join(',') },
    fix: 'pass places in the code, counted from 0',
  })
}
