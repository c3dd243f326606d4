// A store behind an address: read only.
import { WeightsError } from './errors.ts'
import type { Store } from './store.ts'

/**
 * A model behind an address, in Node and in a page. It can only be read.
 *
 * @param url absolute; in a page also relative to it
 * @throws {WeightsError} on reading, when the server cannot be reached or answers with an error; on every write
 * @example
 * ```ts
 * const model = await load(http('https://example.org/vae.safetensors'), vae)
 * ```
 */
export function http(url: string | URL): Store {
  const name = String(url)
  const refuse = async () => {
    throw new WeightsError(`\`http\` cannot write ${name}: an address can only be read.`, {
      fix: 'save to file(path), then put the file on the server',
    })
  }
  return {
    name,
    async read() {
      const response = await attempt(name, () => fetch(url))
      if (response.ok) return new Uint8Array(await attempt(name, () => response.arrayBuffer()))
      await response.body?.cancel()
      throw new WeightsError(`\`http\` cannot read ${name}: the server answers with an error.`, {
        facts: { Expected: 'status 200', Received: `status ${response.status} ${response.statusText}`.trim() },
        fix: response.status === 404 ? 'check the address' : 'open the address in a browser to see what it says',
      })
    },
    write: refuse,
    prepare: refuse,
  }
}

async function attempt<result>(name: string, action: () => Promise<result>): Promise<result> {
  try {
    return await action()
  } catch (cause) {
    throw new WeightsError(`\`http\` cannot read ${name}: the transfer failed.`, {
      facts: { Reason: reasonOf(cause) },
      fix: 'check the address and the connection; in a page, also that the server allows other origins',
      cause,
    })
  }
}

/** `fetch` says only that it failed; why is in the causes. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${reasonOf(error.cause)}`
}
