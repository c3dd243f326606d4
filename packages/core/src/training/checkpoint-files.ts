// The files of checkpoints in a folder: their names, which of them is the newest whole one, and which are kept.
import { WeightsError } from '../errors.ts'
import { type ModelFile, readModelFile } from '../files/model-file.ts'
import { type Folder, folderThere, isFolder } from '../stores/folder.ts'
import { readStore } from '../stores/read-store.ts'
import type { Store } from '../stores/store.ts'
import type { Resume } from './checkpoint-options.ts'
import type { CheckpointReport } from './checkpoint-plan.ts'
import { type Position, parsePosition } from './checkpoint-position.ts'

/** A file that is a checkpoint. */
export interface FoundCheckpoint {
  readonly store: Store
  readonly file: ModelFile
  readonly position: Position
}

/** Counts up from file to file, also from run to run: steps would not tell a new run's files from an old one's. */
const pattern = /^(\d{6,15})-step-\d{1,15}\.safetensors$/

/** The names of the checkpoints in a folder, the newest first. */
async function namesIn(folder: Folder): Promise<readonly string[]> {
  const names = (await folder.list()).filter((name) => pattern.test(name))
  return names.sort((a, b) => numberOf(b) - numberOf(a) || b.localeCompare(a))
}

/** The store of the next checkpoint in a folder. */
export async function nextIn(folder: Folder, step: number): Promise<Store> {
  const [newest] = await namesIn(folder)
  const number = newest === undefined ? 1 : numberOf(newest) + 1
  return folder.file(`${String(number).padStart(6, '0')}-step-${step}.safetensors`)
}

/**
 * Removes all but the newest checkpoints of a folder. What cannot be removed only takes up space: the checkpoint is written.
 *
 * @param damaged names of stores that do not count: they go with those that are older than the newest whole ones
 */
export async function keepNewest(folder: Folder, keep: number, damaged: ReadonlySet<string>): Promise<void> {
  const names = await namesIn(folder).catch(() => [])
  let whole = 0
  for (const name of names) {
    if (whole >= keep) await folder.remove(name).catch(() => {})
    else if (!damaged.has(folder.file(name).name)) whole++
  }
}

/**
 * The checkpoint of a store, or the newest whole one of a folder.
 *
 * @param functionName the public function that looks for it, for messages
 * @param report told of each file that is passed over
 * @returns undefined where the folder has none and none is needed
 * @throws {WeightsError} when there is none, or none is whole
 */
export async function findCheckpoint(
  functionName: string,
  { place: given, path, isOptional }: Resume,
  report: (report: CheckpointReport) => void,
): Promise<FoundCheckpoint | undefined> {
  const place = (path !== undefined && folderThere(path)) || given
  if (!isFolder(place)) return checkpointIn(functionName, place)
  const names = await namesIn(place)
  if (names.length === 0) {
    if (isOptional) return undefined
    throw new WeightsError(`\`${functionName}\` found no checkpoint in ${place.name}.`, {
      facts: { Expected: 'files such as 000001-step-500.safetensors, which checkpointEvery writes' },
      fix: 'check the folder; leave `resume` out of the first run, or pass the plan that checkpointEvery gave as `resume`, which begins anew where there is none',
    })
  }
  const reasons: string[] = []
  for (const name of names) {
    const store = place.file(name)
    try {
      return await checkpointIn(functionName, store)
    } catch (error) {
      if (!WeightsError.isInstance(error)) throw error
      const [reason = ''] = error.message.split('\n', 1)
      reasons.push(reason)
      report({ event: 'passed over', name: store.name, reason })
    }
  }
  throw new WeightsError(`\`${functionName}\` found no whole checkpoint in ${place.name}.`, {
    facts: { Reasons: reasons.slice(0, 3).join(' '), Files: String(names.length) },
    fix: 'copy the files again if they are copies; else remove them and start a new run',
  })
}

async function checkpointIn(functionName: string, store: Store): Promise<FoundCheckpoint> {
  const read = () => readForResuming(functionName, store)
  const bytes = await readStore(functionName, { name: store.name, read })
  const file = await readModelFile(bytes, { caller: functionName, source: store.name })
  const position = parsePosition(file.metadata.checkpoint)
  if (position !== undefined) return { store, file, position }
  throw new WeightsError(`\`${functionName}\` cannot resume from ${store.name}: it is not a checkpoint.`, {
    facts: { Expected: 'a checkpoint', Received: 'a model' },
    fix: 'resume from what `checkpoint:` wrote',
  })
}

/** What the store gives. On the first of several runs there is nothing yet: an error says what to do then. */
async function readForResuming(functionName: string, store: Store): Promise<Uint8Array> {
  try {
    return await store.read()
  } catch (cause) {
    if (!WeightsError.isInstance(cause)) throw cause
    throw new WeightsError(`\`${functionName}\` cannot resume from ${store.name}: it cannot be read.`, {
      facts: { Reason: cause.message.split('\n', 1)[0] ?? '' },
      fix: `leave \`resume\` out of the first run; where there is a checkpoint, ${cause.fix ?? 'see the cause'}`,
      cause,
    })
  }
}

function numberOf(name: string): number {
  return Number(pattern.exec(name)?.[1])
}
