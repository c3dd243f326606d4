// Models from files, and what they compute: in a thread of its own, or in the caller's.
import { file, http, load, type Shape, selectBackend } from '@ae/core'
import type { IndexedDataset } from '@ae/datasets'
import { allModels, codeSampler, gaussianSampler, type Sampler } from '@ae/models'
import { wasmBackend } from '@ae/wasm'
import type { Job, ModelCard, Reply } from '../jobs/job.ts'
import { runJobs } from '../jobs/run-jobs.ts'
import { type ServableModel, type ServedModel, servedModel } from '../jobs/served-model.ts'

/** Where a model comes from. */
export interface ModelSource {
  /** A path, or an address that begins with http:// or https://. */
  readonly model: string
  /** A file of examples that a sampler is fitted to, for a model without a prior. Defaults to none. */
  readonly samplerData?: string | undefined
}

/** Settings of a {@link Computer}. */
export interface ComputerSettings {
  /** Threads of the backend. */
  readonly threads: number
  readonly mostRows: number
}

/** What holds models and computes. */
export interface Computer {
  /** What computes, e.g. `WebAssembly SIMD, 2 threads`. */
  readonly device: string
  /**
   * Reads a model; it takes the place of the one of the same name once it is there, whole.
   *
   * @throws as `load`; the former model stays
   */
  load(name: string, source: ModelSource): Promise<ModelCard>
  /** Answers jobs. */
  run(name: string, jobs: readonly Job[]): Promise<Reply[]>
  /** Releases the models. */
  dispose(): void
}

interface Held {
  readonly model: { dispose(): void }
  readonly served: ServedModel
}

/** @param report receives errors that are not the fault of a request */
export async function computer(
  { threads, mostRows }: ComputerSettings,
  report: (error: unknown) => void,
): Promise<Computer> {
  const { device } = await selectBackend(wasmBackend({ threads }))
  const held = new Map<string, Held>()
  // One after the other, so that no model is disposed of in the middle.
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <result>(work: () => result | Promise<result>): Promise<result> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }
  return {
    device,
    async load(name, source) {
      const model = await loadModel(source.model)
      try {
        const sampler = await samplerOf(model, source.samplerData)
        const served = await servedModel('startServer', name, model as ServableModel, { sampler })
        return await inTurn(() => {
          held.get(name)?.model.dispose()
          held.set(name, { model, served })
          return served.card
        })
      } catch (error) {
        model.dispose()
        throw error
      }
    },
    run: (name, jobs) => inTurn(() => runJobs((held.get(name) as Held).served, jobs, { mostRows }, report)),
    dispose() {
      for (const { model } of held.values()) model.dispose()
      held.clear()
    },
  }
}

function loadModel(place: string) {
  return load(/^https?:\/\//i.test(place) ? http(place) : file(place), ...allModels)
}

/** Of a VQ-VAE the distribution of its codes; of others a Gaussian that is fitted to them. */
async function samplerOf(
  model: Awaited<ReturnType<typeof loadModel>>,
  place: string | undefined,
): Promise<Sampler | undefined> {
  if (place === undefined || model.kind === 'conditionalVae') return undefined
  const { fromNpy, fromNpz, fromParquet, fromSafetensors } = await import('@ae/datasets')
  const [, ending = 'npy'] = /\.(npz|parquet|safetensors)$/i.exec(place) ?? []
  const readers: Readonly<Record<string, (path: string, options: { shape: Shape }) => Promise<IndexedDataset>>> = {
    npy: fromNpy,
    npz: fromNpz,
    parquet: fromParquet,
    safetensors: fromSafetensors,
  }
  const data = await (readers[ending.toLowerCase()] ?? fromNpy)(place, { shape: model.inputShape })
  if (model.kind !== 'vqVae') return gaussianSampler(model, data)
  const sampler = await codeSampler(model, data)
  return { sample: (count, { seed, temperature } = {}) => sampler.sample(count, { seed, temperature }) } // it gives means alone
}
