// The files of the playground: those of `save` and `train` of `@ae/core`. What a file does not say of itself, such as how many epochs
// were asked for, is among the figures of its notes.
import { AutoencoderError, annotate, type Json, load, memory, notesOf, save, WeightsError } from '@ae/core'
import { allModels, inspect } from '@ae/models'
import { models } from '@ae/models/internal'
import { codeOption } from './create-model.ts'
import type { OpenedModel } from './opened-model.ts'
import { datasetNames, type Settings } from './settings.ts'

const figures = ['epochs', 'batchSize', 'learningRate', 'seed', 'examples'] as const

/** Notes settings, so that files hold them. */
export function noteSettings(model: OpenedModel, settings: Settings): void {
  const noted = Object.fromEntries(figures.map((name) => [`run.${name}`, settings[name]]))
  annotate(model, { metrics: { ...notesOf(model).metrics, ...noted } })
}

/** The file of a model that no run has a checkpoint of. */
export async function fileOf(model: OpenedModel, { dataset }: Settings): Promise<Uint8Array> {
  const store = memory()
  await save(model, store, { dataset })
  return store.read()
}

/** What a file holds. */
export interface OpenedFile {
  /** Owned by the caller. */
  readonly model: OpenedModel
  readonly settings: Settings
  /** Training steps; those of a run that can go on, if `isRun`. */
  readonly step: number
  readonly isRun: boolean
}

/**
 * Opens a file that the playground, `save` or `train` has written.
 *
 * @param name of the file, for messages
 * @param defaults for what the file does not say
 * @throws {WeightsError} when it is not such a file
 */
export async function openFile(bytes: Uint8Array, name: string, defaults: Settings): Promise<OpenedFile> {
  const { model, facts } = await readFile(bytes, name)
  const { kind, dataset, run, trainedSteps, notes } = facts
  const noted = Object.fromEntries(
    figures.flatMap((name) => {
      const value = notes.metrics?.[`run.${name}`]
      return value === undefined ? [] : [[name, value]]
    }),
  ) as Partial<Settings>
  const learnt = dataset ?? run?.data.name ?? ''
  const ofRun = run && { batchSize: run.batchSize, seed: run.seed, examples: run.data.size ?? defaults.examples }
  const settings: Settings = {
    ...defaults,
    ...ofRun,
    ...noted,
    ...modelSettings(kind, model.config),
    dataset: datasetNames.find((known) => learnt.startsWith(known)) ?? 'yours',
    backend: defaults.backend,
  }
  return { model, settings, step: run?.step ?? trainedSteps, isRun: run !== undefined }
}

/** In the words of the page: the visitor knows a file, and neither a store nor `inspect`. */
async function readFile(bytes: Uint8Array, name: string) {
  const store = { ...memory(bytes), name }
  try {
    const facts = await inspect(store)
    return { facts, model: (await load(store, ...allModels)) as unknown as OpenedModel }
  } catch (cause) {
    if (!AutoencoderError.isInstance(cause)) throw cause
    const [reason = ''] = cause.message.split('\n')
    throw new WeightsError(`${name} is not a whole model of the playground or of @ae/core.`, {
      facts: { Reason: reason.replace(/^`\w+` (cannot read [^:]*: )?/, '') },
      fix: 'choose a .safetensors file that "The model: Save" or `save` has written',
      cause,
    })
  }
}

/** The settings that the options of a model say. */
function modelSettings(
  kind: string,
  config: OpenedModel['config'],
): Partial<Settings> & Pick<Settings, 'model' | 'options'> {
  const model = models.find(({ factory }) => factory.kind === kind)?.name as Settings['model']
  const inner = (config.model as { readonly config?: OpenedModel['config'] } | undefined)?.config
  const merged: Readonly<Record<string, Json | undefined>> = { ...config, ...inner, model: undefined }
  const { architecture, inputShape: _, classes: __, exampleCount: ___, ...own } = merged
  const option = codeOption(model)
  const {
    kind: built,
    hidden,
    channels,
    ...rest
  } = (architecture ?? {}) as {
    readonly [name: string]: Json
  }
  const options = Object.entries({ ...own, ...(rest.activation !== undefined && { activation: rest.activation }) })
  return {
    model,
    architecture: built === 'convolutional' ? 'convolutional' : 'dense',
    hidden: ((built === 'convolutional' ? channels : hidden) ?? []) as readonly number[],
    latentSize: Number(own[option]),
    options: Object.fromEntries(
      options.filter(([name, value]) => value !== undefined && name !== option),
    ) as Settings['options'],
  }
}
