// Where rows, arrays and pictures of a verb go: a file that appears when it is whole, a folder, or stdout; and in which format.
import { existsSync, statSync } from 'node:fs'
import { AutoencoderError, OptionError } from '@ae/core'
import { fileWriter } from '@ae/core/internal'
import { arrayFormats } from './array-formats.ts'
import type { Encoder } from './encoder.ts'
import type { Io, Output, Settings } from './verb.ts'

/** A format of `--format`. */
type FormatName = keyof typeof arrayFormats | 'png'

/** Where something goes, and how it is written. */
export interface Target {
  /** A path, or `-` for stdout. */
  readonly out: string
  /** `folder`: a file for each. */
  readonly format: FormatName | 'folder'
}

/** What a verb can write. */
export interface TargetWish {
  /** What was run, e.g. `ae encode`, for messages. */
  readonly verb: string
  readonly formats: readonly (FormatName | 'folder')[]
  /** The format of stdout unless `--format` says another. */
  readonly standard: FormatName
}

/** Bytes that go somewhere. */
interface ByteOutput {
  /** Appends. */
  write(bytes: Uint8Array): Promise<void>
  /** All is written: the file appears. */
  finish(): Promise<void>
  /** Gives up: no file appears, and a former one stays. */
  abandon(): Promise<void>
}

const endings: Readonly<Record<FormatName, RegExp>> = {
  ...(Object.fromEntries(Object.entries(arrayFormats).map(([name, { ending }]) => [name, ending])) as Record<
    keyof typeof arrayFormats,
    RegExp
  >),
  png: /\.a?png$/i,
}

/**
 * The target that `--out`, `--format` and `--json` name.
 *
 * @throws {OptionError} when the format is not told by them, the verb does not write it, or a terminal cannot show it
 */
export function targetOf(settings: Settings, io: Pick<Io, 'stdout'>, { verb, formats, standard }: TargetWish): Target {
  const out = String(settings.out ?? '-')
  const named = settings.format as FormatName | undefined
  const isStdout = out === '-'
  const isFolder = !isStdout && (/[\\/]$/.test(out) || (existsSync(out) && statSync(out).isDirectory()))
  const usual = settings.json ? 'jsonl' : standard
  const ending = (Object.keys(endings) as FormatName[]).find((name) => endings[name].test(out))
  const format = isFolder ? 'folder' : (named ?? (isStdout ? usual : ending))
  const writable = formats.filter((name) => name !== 'folder')
  if (format === undefined || !formats.includes(format)) {
    const folder = formats.includes('folder') ? ', or a folder, which ends in /' : ''
    throw new OptionError(`\`${verb}\` cannot tell a format that it writes from --out.`, {
      facts: { Expected: `${writable.join(', ')}${folder}`, Received: named ?? out },
      fix: `name the file by its format, e.g. --out result.${writable[0]}, or pass --format`,
    })
  }
  const isBinary = format === 'png' || (format !== 'folder' && !arrayFormats[format].isText)
  if (isStdout && isBinary && (io.stdout.isTTY || settings.json)) {
    throw new OptionError(
      `\`${verb}\` cannot write ${format} to ${io.stdout.isTTY ? 'a terminal' : 'stdout with --json'}.`,
      {
        facts: { Expected: 'a file, or a text', Received: `--out -, format ${format}` },
        fix: `pass --out result.${format}, or send stdout into a file or a program${settings.json ? ' without --json' : ''}`,
      },
    )
  }
  return { out, format }
}

/** The reader of stdout has left, as `head` does: there is nothing more to do, and nothing went wrong. */
export class ReaderGone extends Error {}

/**
 * Opens a target's bytes.
 *
 * @throws {WeightsError} when no file can be made there
 */
async function openOutput(out: string, { stdout }: Pick<Io, 'stdout'>): Promise<ByteOutput> {
  if (out !== '-') return fileWriter(out)
  return { write: (bytes) => writeTo(stdout, bytes), finish: async () => {}, abandon: async () => {} }
}

/** Waits until the bytes are taken, so that memory holds one piece. */
function writeTo(stream: Output, bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    ;(stream as NodeJS.WriteStream).write(bytes, (error?: Error | null) => {
      if (error === undefined || error === null) resolve()
      else reject(isGone(error) ? new ReaderGone() : cannotWrite(error))
    })
  })
}

function isGone(error: Error): boolean {
  return ['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED'].includes(String((error as NodeJS.ErrnoException).code))
}

function cannotWrite(cause: Error): AutoencoderError {
  return new AutoencoderError('`ae` cannot write to stdout.', {
    facts: { Reason: cause.message },
    fix: 'free some space where stdout leads to, or pass --out with a path on another disk',
    cause,
  })
}

/** Rows that are written as they come. */
export interface RowOutput<rows> {
  write(rows: rows): Promise<void>
}

/**
 * Writes rows by a format; the file appears when `produce` has ended, and not at all when it fails.
 *
 * @param produce writes all rows
 */
export async function writeRows<rows>(
  out: string,
  io: Pick<Io, 'stdout'>,
  encoder: Encoder<rows>,
  produce: (output: RowOutput<rows>) => Promise<void>,
): Promise<void> {
  await writeWhole(out, io, async (output) => {
    await output.write(encoder.begin())
    await produce({ write: (rows) => output.write(encoder.rows(rows)) })
    await output.write(encoder.end())
  })
}

/** Writes bytes that are there already, whole or not at all. */
export async function writeBytes(out: string, io: Pick<Io, 'stdout'>, bytes: Uint8Array): Promise<void> {
  await writeWhole(out, io, (output) => output.write(bytes))
}

async function writeWhole(
  out: string,
  io: Pick<Io, 'stdout'>,
  produce: (output: ByteOutput) => Promise<void>,
): Promise<void> {
  const output = await openOutput(out, io)
  try {
    await produce(output)
    await output.finish()
  } catch (error) {
    await output.abandon()
    throw error
  }
}
