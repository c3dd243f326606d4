// The program of `ae convert`.
import { memory, OptionError, type SavableModel, save, selectBackend } from '@ae/core'
import { fromKeras, fromStateDict, readKeras, readLayersModel } from '@ae/formats'
import { backends } from '../backends.ts'
import { type ForeignFile, isFolderOfShards, readForeign } from '../foreign-files.ts'
import { isModelFile, storeOf } from '../open-model.ts'
import { flagName, type Run, type Settings } from '../verb.ts'
import { ReaderGone, writeBytes } from '../write-array.ts'

const verb = 'ae convert'

/** Writes the model that the file makes. */
export const run: Run = async (settings, io) => {
  const input = String(settings.input)
  const out = String(settings.out)
  if (out === '-' && (io.stdout.isTTY || settings.json)) {
    throw new OptionError(
      `\`${verb}\` cannot write a model to ${settings.json ? 'stdout with --json' : 'a terminal'}.`,
      {
        facts: { Received: '--out -' },
        fix: 'pass --out model.safetensors',
      },
    )
  }
  const isFolder = input !== '-' && (await isFolderOfShards(input))
  const bytes = isFolder ? undefined : await (await storeOf(input, verb, io)).read()
  if (bytes !== undefined && isModelFile(bytes)) {
    throw new OptionError(`\`${verb}\` received a model of this library: ${input}.`, {
      facts: { Expected: 'a file of another program' },
      fix: 'use it as it is; `ae export` writes it for other programs',
    })
  }
  const foreign = await readForeign({ verb, name: input, bytes, key: settings.key as string | undefined })
  const backend = backends[String(settings.backend)]
  if (backend === undefined) throw new Error(`${settings.backend} was let through`)
  await selectBackend(backend)
  const model = await modelOf(foreign, settings)
  try {
    const store = memory()
    await save(model, store)
    await writeBytes(out, io, await store.read())
    if (out === '-') return 0
    const { kind } = model
    const parameters = Object.values(model.variables).reduce((sum, { size }) => sum + size, 0)
    const told = { kind, from: foreign.what, parameters, out }
    io.stdout.write(
      settings.json
        ? `${JSON.stringify(told)}\n`
        : `wrote ${out} (${kind}, ${parameters} numbers, from ${foreign.what})\n`,
    )
    return 0
  } catch (error) {
    if (error instanceof ReaderGone) return 0
    throw error
  } finally {
    model.dispose()
  }
}

async function modelOf({ tensors, keras }: ForeignFile, settings: Settings): Promise<SavableModel> {
  const { inputShape, activation, codeActivation, outputActivation, stride, code } = settings as Readonly<
    Record<string, never>
  >
  const { mean, logVariance } = settings as Readonly<Record<string, string | undefined>>
  const seed = Number(settings.seed)
  if (tensors !== undefined) {
    assertUnused(settings, ['code', 'mean', 'logVariance', 'decoder'], 'files of Keras')
    return fromStateDict(tensors, { inputShape, activation, codeActivation, outputActivation, stride, seed })
  }
  assertUnused(settings, ['stride', 'key'], 'files of PyTorch')
  const latent = mean === undefined || logVariance === undefined ? undefined : { mean, logVariance }
  if (latent === undefined && (mean ?? logVariance) !== undefined) {
    throw new OptionError(`\`${verb}\` needs both --mean and --log-variance, or neither.`, {
      facts: { Received: mean === undefined ? '--log-variance' : '--mean' },
      fix: 'pass the names of both layers; `ae inspect` lists them',
    })
  }
  const options = { inputShape, code, latent, activation, codeActivation, outputActivation, seed }
  const { decoder } = settings
  if (decoder === undefined) return fromKeras(keras, options)
  const path = String(decoder)
  const other = path.endsWith('.json') ? await readLayersModel(path) : await readKeras(path)
  return fromKeras({ encoder: keras, decoder: other }, options)
}

function assertUnused(settings: Settings, names: readonly string[], what: string): void {
  const given = names.find((name) => settings[name] !== undefined)
  if (given === undefined) return
  const flag = `--${flagName(given)}`
  throw new OptionError(`\`${verb}\` takes ${flag} only with ${what}.`, {
    facts: { Received: `${flag} ${settings[given]}` },
    fix: `leave out ${flag}`,
  })
}
