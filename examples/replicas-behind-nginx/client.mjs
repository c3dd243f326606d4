// A client of `ae serve` that tries again: see fetchAgain. For Node 20 and newer, and for pages.

/** Answers that say "later": too many requests, nothing behind the proxy, full or about to end, too slow. */
const later = new Set([429, 502, 503, 504])

/**
 * `fetch`, tried again when the server cannot be reached, breaks off, or says that it will do better later. Use it for what may be
 * computed twice; that is everything `ae serve` does.
 *
 * Waits as long as Retry-After says; where there is none up to 0.1, 0.2, 0.4, ... seconds, at random, so that clients that failed at the
 * same moment do not come back at the same moment.
 *
 * @param {string | URL} url
 * @param {RequestInit & { tries?: number, longestWait?: number, onRetry?: (why: string, seconds: number) => void }} [options] those of
 *   `fetch`; `tries`: requests in all, by default 6; `longestWait`: seconds, by default 30: a longer Retry-After is not waited for
 * @returns {Promise<Response>} the first answer that is final, or the last of all; its body may still break off
 * @throws what `fetch` throws at the last try, and at once when `signal` aborts
 */
export async function fetchAgain(url, { tries = 6, longestWait = 30, onRetry, ...init } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    /** @type {Response | undefined} */
    let response
    try {
      response = await whole(await fetch(url, init))
      if (!later.has(response.status)) return response
    } catch (error) {
      if (init.signal?.aborted || attempt === tries) throw error
    }
    const seconds = secondsUntil(response?.headers.get('retry-after') ?? '') ?? random() * 0.1 * 2 ** (attempt - 1)
    if (response && (attempt === tries || seconds > longestWait)) return response
    onRetry?.(response ? String(response.status) : 'network', seconds)
    await pause(seconds, init.signal ?? undefined)
  }
}

/**
 * The response with all of its body here, so that a body that breaks off is an error of this try.
 *
 * @param {Response} response
 */
async function whole(response) {
  const body = await response.arrayBuffer()
  const { status, statusText, headers } = response
  return new Response([204, 205, 304].includes(status) ? null : body, { status, statusText, headers })
}

/**
 * What Retry-After says, in seconds from now: it is a number of seconds or a date.
 *
 * @param {string} text
 */
function secondsUntil(text) {
  if (/^\d+$/.test(text)) return Number(text)
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.max(0, (time - Date.now()) / 1000)
}

/** Between 0 and 1. */
function random() {
  return crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32
}

/**
 * @param {number} seconds
 * @param {AbortSignal} [signal]
 */
function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve(undefined)
    }, seconds * 1000)
    signal?.addEventListener('abort', end, { once: true })
  })
}
