// The data of a verb that takes one file, or several and a folder for what is made of each.
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { OptionError } from '@ae/core'
import { arrayFormats } from './array-formats.ts'
import { type OpenExamples, openExamples } from './open-examples.ts'
import type { OpenModel } from './open-model.ts'
import { dataNeeded } from './place-of-data.ts'
import type { Io, Settings } from './verb.ts'
import { type Target, type TargetWish, targetOf } from './write-array.ts'

/** What a verb makes of its data. */
export interface InputsWish {
  readonly verb: string
  readonly settings: Settings
  readonly io: Io
  readonly opened: OpenModel
  /** What it writes; a folder is for several files. */
  readonly wish: Omit<TargetWish, 'verb'>
  /** Defaults to examples of the model. */
  readonly examples?: Partial<Parameters<typeof openExamples>[2]>
}

/**
 * Opens each file, and closes it after `use`.
 *
 * @param use borrows the examples, and writes what it makes of them to the target
 * @throws {OptionError} when no data is given, or several files are given without a folder for their results
 */
export async function forEachInput(
  { verb, settings, io, opened, wish, examples }: InputsWish,
  use: (examples: OpenExamples, target: Target) => Promise<void>,
): Promise<void> {
  const { data } = settings
  const operands: readonly unknown[] = Array.isArray(data) ? data : [data]
  const isMany = operands.length > 1
  const formats = isMany ? [...wish.formats, 'folder' as const] : wish.formats
  const whole = targetOf(settings, io, { ...wish, verb, formats: [...new Set([...formats, 'folder' as const])] })
  if (isMany && whole.format !== 'folder') {
    throw new OptionError(`\`${verb}\` received ${operands.length} files and one place to write.`, {
      facts: { Expected: 'a folder', Received: `--out ${whole.out}` },
      fix: 'pass --out FOLDER/, with the slash: a file is written there for each',
    })
  }
  const names = operands.map((operand) => nameFor(operand, settings, wish))
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (whole.format === 'folder' && twice !== undefined) {
    throw new OptionError(`\`${verb}\` received several files that would be written as one.`, {
      facts: { Name: twice },
      fix: 'run the command once for each folder, with an --out of its own',
    })
  }
  for (const [i, operand] of operands.entries()) {
    const name = names[i] as string
    const target: Target =
      whole.format === 'folder' ? { out: join(whole.out, name), format: formatFor(settings, wish) } : whole
    if (whole.format === 'folder' && settings.skipExisting && existsSync(target.out)) continue
    const opening = {
      verb,
      shape: opened.model.inputShape,
      transform: opened.transform,
      classNames: opened.classNames,
      isOnePass: true,
      ...examples,
    }
    const open = await openExamples(settings, io, opening, operand)
    if (open === undefined) throw dataNeeded(verb)
    try {
      await use(open, target)
    } finally {
      await open.close()
    }
  }
}

function formatFor({ format }: Settings, { standard }: Pick<TargetWish, 'standard'>): Target['format'] {
  return (format as Target['format'] | undefined) ?? standard
}

/** `shard-3.npy` for `in/shard-3.parquet`. */
function nameFor(operand: unknown, settings: Settings, wish: Pick<TargetWish, 'standard'>): string {
  const stem = operand === undefined || operand === '-' ? 'stdin' : basename(String(operand)).replace(endings, '')
  return `${stem}.${formatFor(settings, wish)}`
}

const endings = new RegExp(
  `(?:\\.(?:${[...Object.keys(arrayFormats), 'parquet', 'tsv', 'ndjson', 'idx'].join('|')}))?(?:\\.gz)?$`,
  'i',
)
