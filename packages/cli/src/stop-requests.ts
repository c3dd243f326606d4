// Ctrl-C and other signals that ask the command to stop, from before the first training step to the command's end.

/** The signals that ask to stop, and the exit code of each: 128 plus the signal's number. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** The exit code of a command that a signal stopped. */
export type StopCode = (typeof exitCodes)[keyof typeof exitCodes]

/** A listener for requests to stop. */
export interface StopRequests {
  /** Aborted by the first request. */
  readonly signal: AbortSignal
  /** The exit code of the first request; undefined before it. */
  readonly code: StopCode | undefined
  /** Stops listening. */
  close(): void
}

/** Whether the error is the request to stop. */
export function isStop(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && error === signal.reason
}

/** Milliseconds within which a second signal is the same Ctrl-C: pnpm, npx and terminals each pass it on to the whole group. */
const sameRequest = 500

/**
 * Listens for SIGINT, SIGTERM and SIGHUP. The first only aborts `signal`; a second one ends the process at once.
 *
 * @param leave called before the process is ended, to restore the terminal
 */
export function listenForStops(leave: () => void): StopRequests {
  const stop = new AbortController()
  let first: { readonly code: StopCode; readonly time: number } | undefined
  const receive = (name: keyof typeof exitCodes) => {
    const time = performance.now()
    if (first === undefined) {
      first = { code: exitCodes[name], time }
      stop.abort()
    } else if (time - first.time > sameRequest) {
      leave()
      process.exit(exitCodes[name])
    }
  }
  const names = Object.keys(exitCodes) as (keyof typeof exitCodes)[]
  for (const name of names) process.on(name, receive)
  return {
    signal: stop.signal,
    get code() {
      return first?.code
    },
    close() {
      for (const name of names) process.off(name, receive)
    },
  }
}
