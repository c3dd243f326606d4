// The program of `ae interpolate`.
import { OptionError } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { select } from '@ae/datasets'
import { encodeAnimation, grid } from '@ae/images'
import { interpolate } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { unlabelled } from '../labelled-model.ts'
import { openExamples } from '../open-examples.ts'
import { withFirstImages } from '../pictures.ts'
import { dataNeeded } from '../place-of-data.ts'
import { tellWritten, withModel } from '../run-verb.ts'
import type { Run } from '../verb.ts'
import { targetOf, writeBytes } from '../write-array.ts'
import { formatsOf, scaleFor, writeExamples } from '../write-examples.ts'

const verb = 'ae interpolate'

/** Writes the ways between pairs of examples. */
export const run: Run = (settings, io) =>
  withModel(verb, settings, io, async (opened) => {
    const { transform, classNames } = opened
    const model = unlabelled(verb, opened, settings)
    const target = targetOf(settings, io, { verb, ...formatsOf(opened) })
    if (settings.animate && target.format !== 'png') {
      throw new OptionError(`\`${verb}\` takes --animate only with a .png.`, {
        facts: { Received: `--animate, format ${target.format}` },
        fix: 'leave out --animate, or pass --out walk.png with a model of pictures',
      })
    }
    const examples = await openExamples(settings, io, { verb, shape: model.inputShape, transform, classNames })
    if (examples === undefined) throw dataNeeded(verb)
    try {
      const { data } = examples
      const pairs = pairsOf(settings.pairs as readonly string[] | undefined, data)
      const steps = Number(settings.steps)
      const path = settings.path as 'linear' | 'spherical'
      const walks = await withFirstImages(select(data, pairs.flat()), 2 * pairs.length, async (ends) =>
        tf.tidy(() => {
          const end = (i: number) => tf.slice(ends, [i], [1])
          return tf.concat(pairs.map((_, i) => interpolate(model, end(2 * i), end(2 * i + 1), { steps, path })))
        }),
      )
      const scale = scaleFor(model.inputShape)
      if (settings.animate) {
        try {
          await writeBytes(target.out, io, await encodeAnimation(walks, { framesPerSecond: 12, scale }))
        } finally {
          walks.dispose()
        }
      } else {
        const draw = (all: tf.Tensor) => grid(all, { columns: steps, scale })
        const count = pairs.length * steps
        await writeExamples({ opened, target, io, name: 'interpolations', count, draw }, (write) => write(walks))
      }
      tellWritten(settings, io, target, opened, { pairs: pairs.length, steps })
      return 0
    } finally {
      await examples.close()
    }
  })

function pairsOf(texts: readonly string[] | undefined, { size, name }: IndexedDataset): (readonly [number, number])[] {
  if (texts === undefined) {
    if (size < 2) throw badPairs(`${size} example (${name})`, size)
    return Array.from({ length: Math.min(4, Math.floor(size / 2)) }, (_, i) => [2 * i, 2 * i + 1] as const)
  }
  return texts.map((text) => {
    const [from = '', to = '', more] = text.split(':')
    const places = [from, to].map((place) => (/^\d+$/.test(place) ? Number(place) : Number.NaN))
    const [first = Number.NaN, second = Number.NaN] = places
    if (more !== undefined || !places.every((place) => place < size)) throw badPairs(text, size)
    return [first, second] as const
  })
}

function badPairs(received: string, size: number): OptionError {
  return new OptionError(`\`${verb}\` received a bad \`--pairs\`.`, {
    facts: { Expected: `two places from 0 to ${size - 1} with a colon, e.g. 0:1,2:3`, Received: received },
    fix: 'pass places of examples in the data, of which there must be two',
  })
}
