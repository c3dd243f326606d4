// Checks the `--out` folder before anything is computed; a problem found only after training would lose the model.
import { access, constants, mkdir, mkdtemp, realpath, rmdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OptionError, type SavableModel } from '@ae/core'

/**
 * Makes the folder if it is missing, and checks that the files can be written there.
 *
 * @param out what `--out` says
 * @param names of the files that will be written
 * @throws {OptionError} when it cannot be made or written, or something other than a file has one of the names
 */
export async function prepareFolder(out: string, names: readonly string[]): Promise<void> {
  try {
    await mkdir(out, { recursive: true })
    await tryWriting(out)
  } catch (cause) {
    const wanted = 'a folder that can be made or written'
    throw refusal('cannot write into the `--out` folder', { wanted, received: out, cause })
  }
  for (const name of names) {
    const path = join(out, name)
    try {
      await tryReplacing(path)
    } catch (cause) {
      const wanted = 'a file that can be replaced, or nothing'
      throw refusal(`cannot write ${name} into the \`--out\` folder`, { wanted, received: path, cause })
    }
  }
}

/**
 * Checks that the model fits on the disk as it is now.
 *
 * @param out the folder
 * @throws {OptionError} when the disk has too little space left
 */
export async function assertSpace(out: string, { variables, state = {} }: SavableModel): Promise<void> {
  const numbers = [...Object.values(variables), ...Object.values(state)].reduce((sum, { size }) => sum + size, 0)
  const needed = 4 * numbers
  const { blocks, bfree, bsize } = await statfs(out).catch(() => ({ blocks: 0, bfree: 0, bsize: 0 }))
  const free = bfree * bsize
  if (blocks === 0 || free >= needed) return // no blocks: the system does not report free space
  throw new OptionError('`ae train` has no space for the model in the `--out` folder.', {
    facts: { Needed: `${needed} bytes`, Free: `${free} bytes`, Received: out },
    fix: 'free some space, or pass a folder on another disk with --out',
  })
}

async function tryWriting(folder: string): Promise<void> {
  await access(folder, constants.W_OK)
  await rmdir(await mkdtemp(join(folder, '.ae-'))) // `access` may allow what still fails: quotas, inodes, network disks
}

/** A file may be replaced, behind a link too; a folder, a device or a pipe may not. */
async function tryReplacing(path: string): Promise<void> {
  const target = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (target === undefined) return
  const stats = await stat(target)
  if (!stats.isFile()) throw new Error(`it is ${stats.isDirectory() ? 'a folder' : 'not a file'}`)
  if (target !== path) await access(dirname(target), constants.W_OK)
}

function refusal(what: string, found: { wanted: string; received: string; cause: unknown }): OptionError {
  const { wanted, received, cause } = found
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new OptionError(`\`ae train\` ${what}.`, {
    facts: { Expected: wanted, Received: received, Reason: reason },
    fix: 'pass another folder with --out',
    cause,
  })
}
