// The pictures of a run on signals, [length] or [length, channels]: lines, as the bytes of PNG files.
import type { Autoencoder } from '@ae/core'
import { encodePng, grid, lineChart } from '@ae/images'
import * as tf from '@tensorflow/tfjs-core'
import { withFirstImages } from './pictures.ts'
import { samplerOf } from './samplers.ts'
import { isConditional, labelled, type Pictures } from './subject.ts'

/** New signals, and those of test examples over their reconstructions. */
export const signalPictures: Pictures<Autoencoder> = {
  'samples.png': async (model, source) => {
    const { data, seed } = source
    if (!isConditional(model)) return drawn({ sample: (await samplerOf(model, source.data)).sample(count, { seed }) })
    const { labels } = labelled(data)
    const wanted = Array.from({ length: count }, (_, i) => labels[i % labels.length] as number)
    return drawn({ sample: model.sample(wanted, { seed }) })
  },
  'reconstructions.png': (model, { test }) =>
    withFirstImages(test, count, (signals) => {
      const examples = tf.clone(signals)
      if (!isConditional(model)) return drawn({ signal: examples, reconstruction: model.reconstruct(signals) })
      const labels = Array.from(labelled(test).labels.subarray(0, signals.shape[0]))
      return drawn({ signal: examples, reconstruction: model.reconstruct(signals, labels) })
    }),
}

const count = 8

/**
 * A chart for each signal: a line for each of the names, and for each of its first channels.
 *
 * @param series `[count, length]` or `[count, length, channels]` by name; disposed of
 */
async function drawn(series: Readonly<Record<string, tf.Tensor>>): Promise<Uint8Array> {
  const tensors = Object.values(series)
  const charts: tf.Tensor[] = []
  try {
    const values = await Promise.all(tensors.map((tensor) => tensor.data()))
    const [signals = 0, length = 0, channels = 1] = tensors[0]?.shape ?? []
    for (let i = 0; i < signals; i++) {
      const lines = Object.keys(series).flatMap((name, at) =>
        Array.from({ length: Math.min(channels, 3) }, (_, channel) => {
          const from = i * length * channels + channel
          const line = Array.from(
            { length },
            (_, x) => (values[at] as ArrayLike<number>)[from + x * channels] as number,
          )
          return [channels === 1 ? name : `${name} ${channel + 1}`, line] as const
        }),
      )
      charts.push(lineChart(Object.fromEntries(lines), { width: 480, height: 300, lineWidth: 2, textScale: 1 }))
    }
    const image = tf.tidy(() => grid(tf.stack(charts), { columns: 2 }))
    try {
      return await encodePng(image)
    } finally {
      image.dispose()
    }
  } finally {
    tf.dispose(tensors)
    tf.dispose(charts)
  }
}
