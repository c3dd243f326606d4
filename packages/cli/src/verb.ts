// What a verb of `ae` is: its description, from which its help, completion, manual and documentation are made, and how its
// program is loaded. Imports nothing, so that `ae --help` loads no library.

/** Exit codes: 0 done, 1 failed, 2 wrong use, 129, 130 and 143 stopped by SIGHUP, SIGINT (Ctrl-C) and SIGTERM. */
export type ExitCode = 0 | 1 | 2 | 129 | 130 | 143

/** A stream that the command writes to. */
export type Output = NodeJS.WritableStream & {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean | undefined
  /** The width of the terminal, in characters. */
  readonly columns?: number | undefined
}

/** A stream that the command reads. */
export type Input = NodeJS.ReadableStream & {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean | undefined
}

/** Where the command reads and writes. `process` is one. */
export interface Io {
  /** Read where `-` stands for a file. */
  readonly stdin: Input
  /** Receives data, or what a person asked for. */
  readonly stdout: Output
  /** Receives progress, warnings and errors while stdout carries data. */
  readonly stderr: Output
  /** The variables of the environment, e.g. `NO_COLOR`. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * How a flag's text is read. `flag`: true if it is there; `count`: an integer of at least 1; `integer`: of at least `minimum`;
 * `number`: a number, or one of `words`; `counts`: integers of at least 1, separated by commas, or `none`; `shape`: the same, at least
 * one; `names`: texts separated by commas.
 */
export type FlagType = 'flag' | 'text' | 'count' | 'counts' | 'integer' | 'number' | 'shape' | 'names'

/** The sections of a verb's help, in the order in which they are shown; flags without one come last. */
export const groups = {
  data: 'Data',
  model: 'Model',
  training: 'Training',
  output: 'Output',
} as const

/** An option of a verb. */
export interface Flag {
  /** Without the dashes, e.g. `batch-size`. The run receives it as `batchSize`. */
  readonly name: string
  /** How its text is read. */
  readonly type: FlagType
  /** What stands for its value in the help. Defaults to `<name>`. */
  readonly value?: string
  /** The only values that it takes. */
  readonly choices?: readonly string[]
  /** Words that it takes beside numbers or other texts. */
  readonly words?: readonly string[]
  /** Its value if it is not given. */
  readonly default?: string | number | boolean
  /** One line. */
  readonly help: string
  /** Its section in the help. */
  readonly group?: keyof typeof groups
  /** One letter. */
  readonly short?: string
  /** Whether it may be given more than once; the run receives a list. */
  readonly repeats?: boolean
  /** The smallest value of a number. */
  readonly minimum?: number
  /** A number that every value is above. */
  readonly above?: number
  /** The largest value of a number. */
  readonly maximum?: number
  /** A number that every value is below. */
  readonly below?: number
  /** Whether its value is the path of a file or a folder, for completion. */
  readonly path?: 'file' | 'folder'
}

/** An operand of a verb, e.g. the file of a model. */
export interface Argument {
  /** The run receives it under this name in camel case. */
  readonly name: string
  /** One line. */
  readonly help: string
  /** Whether it may be left out. Only the last ones may. */
  readonly isOptional?: boolean
  /** Whether it may be given more than once; the run receives a list. Only the last one may. */
  readonly repeats?: boolean
  /** The only values that it takes. */
  readonly choices?: readonly string[]
  /** Words that it takes, for completion; the program says what else, and refuses the rest. */
  readonly words?: readonly string[]
  /** Whether it is the path of a file or a folder, for completion. */
  readonly path?: 'file' | 'folder'
}

/** The values of the flags and arguments by their names in camel case, checked and converted; undefined if not given. */
export type Settings = Readonly<Record<string, unknown>>

/**
 * The program of a verb.
 *
 * @param settings the values of its flags and arguments, defaults included
 * @param io where it reads and writes
 * @param given the names, in camel case, of those on the command line; the others have their defaults
 */
export type Run = (settings: Settings, io: Io, given: ReadonlySet<string>) => Promise<ExitCode>

/** A verb of `ae`. */
export interface Verb {
  /** As typed. */
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** What the help says after the options. */
  readonly details?: string
  /** Its operands, in order. */
  readonly arguments?: readonly Argument[]
  /** Its flags, in the order of the help. A function loads what it needs to know them. */
  readonly flags: readonly Flag[] | (() => Promise<readonly Flag[]>)
  /** Commands that work as they stand, each with what it does. */
  readonly examples: readonly { readonly command: string; readonly what: string }[]
  /** Loads the program. */
  load(): Promise<{ readonly run: Run }>
}

/** `batch-size` for `batchSize`: the name of the flag of a setting, without its dashes. */
export function flagName(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** `batchSize` for `batch-size`: the name under which a run receives a flag or an argument. */
export function settingName(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
}
