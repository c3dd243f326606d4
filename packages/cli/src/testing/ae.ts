// Runs the `ae` command in the test's own process.
import { Readable, Writable } from 'node:stream'
import { main } from '../main.ts'

/** What a test may set. */
export interface Surroundings {
  /** What stdin holds. Defaults to nothing */
  readonly stdin?: string | Uint8Array
  /** The variables of the environment. Defaults to none */
  readonly env?: Readonly<Record<string, string>>
  /** The width of the terminal that stdout and stderr are. Defaults to none: they are pipes */
  readonly columns?: number
}

/**
 * @param args what follows the command's name
 * @param onWrite receives each text that it writes
 * @returns the exit code, all that it wrote, and the bytes of stdout
 */
export async function ae(
  args: readonly string[],
  onWrite: (text: string) => void = () => {},
  { stdin = '', env = {}, columns }: Surroundings = {},
) {
  const written = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  const output = (name: keyof typeof written) =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _, done) {
          written[name].push(chunk)
          onWrite(chunk.toString())
          done()
        },
      }),
      columns === undefined ? {} : { isTTY: true, columns },
    )
  const io = { stdin: Readable.from([Buffer.from(stdin)]), stdout: output('stdout'), stderr: output('stderr'), env }
  const code = await main(args, io)
  const bytes = Buffer.concat(written.stdout)
  return { code, stdout: bytes.toString(), stderr: Buffer.concat(written.stderr).toString(), bytes }
}

/** What `ae train --json` prints last. */
export function resultOf(stdout: string) {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}
