// The options `checkpoint` and `resume`, checked when a run is called.
import { assertMembers } from '../checks/arguments.ts'
import { lackOf } from '../checks/members.ts'
import { positiveInteger } from '../checks/options.ts'
import { show } from '../checks/show.ts'
import { OptionError } from '../errors.ts'
import { isNode } from '../platform.ts'
import type { Folder } from '../stores/folder.ts'
import type { Store } from '../stores/store.ts'
import { storeOf } from '../stores/store-of.ts'

/** What `checkpointEvery` gives. Plain data. */
export interface CheckpointPlan {
  /** Where checkpoints are written. */
  readonly place: Store | Folder
  /** See `CheckpointOptions`; one of the three is given. */
  readonly steps?: number | undefined
  /** As `steps`. */
  readonly seconds?: number | undefined
  /** As `steps`. */
  readonly epochs?: number | undefined
  /** Whether an abort writes one. */
  readonly onAbort?: boolean | undefined
  /** How many a folder keeps. */
  readonly keep: number
}

/**
 * What was passed as `checkpoint`.
 *
 * @throws {OptionError} when it is neither a plan nor a store
 */
export function planOf(functionName: string, value: unknown): CheckpointPlan {
  if (isPlan(value)) return value
  if (lackOf(value, { list: 'function' }) === undefined) {
    throw new OptionError(`\`${functionName}\` received a folder as \`checkpoint\`.`, {
      facts: { Expected: 'a store, or when to write into the folder', Received: show(value) },
      fix: 'pass checkpointEvery(folder, { epochs: 1 })',
    })
  }
  return { place: storeOf(functionName, 'checkpoint', value), epochs: 1, keep: 1 }
}

/** Where a run goes on from. */
export interface Resume {
  /** A store of one checkpoint, or a folder, of which the newest whole one is taken. */
  readonly place: Store | Folder
  /** The path that names the place in Node: a file as in `place`, or a folder, which is looked up when it is read. */
  readonly path?: string | undefined
  /** Whether the run begins anew where the folder has none. */
  readonly isOptional: boolean
}

/**
 * What was passed as `resume`.
 *
 * @throws {OptionError} when it is neither a plan, nor a folder, nor a store
 */
export function resumeOf(functionName: string, value: unknown): Resume {
  if (isPlan(value)) return { place: value.place, isOptional: 'list' in value.place }
  return {
    place: placeOf(functionName, 'resume', value),
    path: typeof value === 'string' ? value : undefined,
    isOptional: false,
  }
}

/** A folder or a store; a path is a store here. */
export function placeOf(functionName: string, argument: string, value: unknown): Store | Folder {
  if (lackOf(value, { list: 'function' }) !== undefined) return storeOf(functionName, argument, value)
  assertMembers(functionName, argument, value, {
    expected: 'a folder',
    members: { name: 'string', list: 'function', file: 'function', remove: 'function' },
    fix: isNode ? 'pass a path, or folder(path)' : 'pass e.g. opfsFolder(path) of @ae/web',
  })
  return value as Folder
}

function isPlan(value: unknown): value is CheckpointPlan {
  return lackOf(value, { place: 'object', keep: positiveInteger }) === undefined
}
