// Errors as the page shows them: what happened, and what helps.
import { EngineError } from '../../engine/engine.ts'

/** An error, ready to be read. */
export interface Failure {
  /** What the page was doing, e.g. `Training stopped`. */
  readonly title: string
  readonly message: string
  readonly fix: string | undefined
}

/**
 * Says of anything that was thrown what happened and what helps. The message of a designed error ends with its fix, which is
 * shown apart from it.
 *
 * @param title what the page was doing
 * @param error anything
 */
export function failureOf(title: string, error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  const fix = fixOf(error)
  if (fix === undefined) return { title, ...unreachable(message) }
  const end = message.trimEnd().endsWith(fix) ? message.trimEnd().slice(0, -fix.length) : message
  return { title, message: end.replace(/(Fix|How to fix it):\s*$/, '').trim(), fix }
}

/** How the engines of Chromium, Firefox and Safari say that a file, or a part of the program, could not be fetched. */
const fetchFailed =
  /failed to fetch|error loading dynamically imported|importing a module script failed|networkerror|load failed/i

function unreachable(message: string): Omit<Failure, 'title'> {
  if (!fetchFailed.test(message)) return { message, fix: undefined }
  return globalThis.navigator?.onLine === false
    ? { message: 'You are offline, and this part of the page is not on your machine yet.', fix: offlineFix }
    : {
        message: 'A part of the page could not be loaded.',
        fix: `${offlineFix} If that does not help, its server is down.`,
      }
}

const offlineFix =
  'Save the model if you need it, connect, and reload the page; once it is loaded, it also works offline.'

function fixOf(error: unknown): string | undefined {
  if (error instanceof EngineError) return error.fix
  // The designed errors of @ae/core, which reading a link throws on the page's own side.
  const fix = error instanceof Error && 'fix' in error ? error.fix : undefined
  return typeof fix === 'string' ? fix : undefined
}
