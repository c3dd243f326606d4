// Errors about files.
import { DatasetError, type ErrorDetails } from '@ae/core'

/** Which public function reads which file. */
export interface Origin {
  /** The function that the user called, e.g. `mnist`. */
  readonly caller: string
  /** The path, the URL, or the name of the argument that holds the bytes. */
  readonly file: string
}

/** The error of a file that cannot be used; `what` completes "`mnist` received ...". */
export function fileError({ caller, file }: Origin, what: string, { facts, ...details }: ErrorDetails): DatasetError {
  return new DatasetError(`\`${caller}\` received ${what}.`, { ...details, facts: { File: file, ...facts } })
}

/** The sentence of a `fileError`, shortened to be one reason in a list. */
export function reasonOf(error: DatasetError): string {
  const what = (error.message.split('\n', 1)[0] ?? '').replace(/^`\w+` received /, '').replace(/\.$/, '')
  return error.cause === undefined ? what : `${what} (${describe(error.cause)})`
}

/** An error's message, with the code that Node's fetch hides in the cause of its "fetch failed". */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause as { readonly code?: string; readonly message?: string } | undefined
  return [error.message, cause?.code ?? cause?.message].filter(Boolean).join(', ')
}
