// One run whose first part and second part may be made in different places.
import { checkpointEvery, memory, type Store, train, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'

const settings = { epochs: 3, batchSize: 16, seed: 2 } // 4 steps an epoch
const images = () => fromArray(uniforms('images', {}, 50 * 36), { shape: [6, 6, 1] })
const smallVae = (seed: number) => vae({ inputShape: [6, 6, 1], hidden: [12], latentSize: 3, seed })

/** The bytes of the checkpoint after 6 of 12 steps. */
export async function begin(): Promise<Uint8Array> {
  const written: Uint8Array[] = []
  const keep: Store = {
    ...memory(),
    write: async (bytes) => {
      written.push(bytes.slice())
    },
  }
  using model = smallVae(1)
  for await (const _ of train(model, images(), { ...settings, checkpoint: checkpointEvery(keep, { steps: 6 }) }));
  return written[0] as Uint8Array
}

/** All weights after the last step, from the beginning or from a checkpoint on. */
export async function end(checkpoint?: Uint8Array): Promise<number[]> {
  using model = smallVae(checkpoint ? 9 : 1)
  for await (const _ of train(model, images(), { ...settings, resume: checkpoint && memory(checkpoint) }));
  const values = await Promise.all(Object.values(model.variables).map((variable) => variable.data()))
  return values.flatMap((some) => [...some])
}
