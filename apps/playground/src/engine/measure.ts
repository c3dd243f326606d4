// How fast a backend trains here: the VAE of the tutorial, on random pictures.
import { type Backend, selectBackend, train, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'

const size = { examples: 2048, width: 784 }

/**
 * Activates a backend and trains on it for about a second.
 *
 * @param milliseconds after which the epoch under way is the last. Defaults to 1000
 * @throws {BackendUnavailableError} when it does not run here
 */
export async function measure(backend: Backend, milliseconds = 1000): Promise<{ readonly examplesPerSecond: number }> {
  await selectBackend(backend)
  const pixels = Uint8Array.from(uniforms('measure', {}, size.examples * size.width), (value) => 256 * value)
  const model = vae({ inputShape: [size.width], latentSize: 20, hidden: [400] })
  const start = performance.now()
  let fastest = 0
  try {
    const data = fromArray(pixels, { shape: [size.width] })
    for await (const { epoch, examplesPerSecond } of train(model, data, { epochs: 100 })) {
      if (epoch > 1) fastest = Math.max(fastest, examplesPerSecond) // the first one compiles and records
      if (epoch > 2 && performance.now() - start > milliseconds) break
    }
  } finally {
    model.dispose()
  }
  return { examplesPerSecond: fastest }
}
