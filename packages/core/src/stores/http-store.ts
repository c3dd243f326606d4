// A store behind an address: read only.

import { assertOptions } from '../checks/options.ts'
import { OptionError, WeightsError } from '../errors.ts'
import { claimedLength } from '../files/safetensors-header.ts'
import { faultOfAddress } from './address.ts'
import { type DownloadOptions, download, downloadChecks, type TransferOptions } from './download.ts'
import type { Store } from './store.ts'

/**
 * A model behind an address, in Node and in a page. It can only be read. Reading stops when the server stops sending, when the
 * file is longer than its own header says or than `limit`, and when the signal aborts.
 *
 * @param url with `https://` or `http://`; in a page also relative to it. A login goes into `headers`
 * @param options how long to wait, how much to take, what to send; see {@link DownloadOptions}
 * @throws {OptionError} on a bad address or option
 * @throws {WeightsError} on reading, when the server cannot be reached, answers with an error, is too slow, or sends too
 *   much; on every write
 * @throws the signal's reason on reading, when it aborts
 * @example
 * ```ts
 * const model = await load(http('https://example.org/vae.safetensors', { timeout: 10 }), vae)
 * ```
 */
export function http(url: string | URL, options: DownloadOptions = {}): Store {
  const fault = faultOfAddress(url)
  if (fault !== undefined) {
    const { problem, facts, fix, hasLogin } = fault
    throw new OptionError(`\`http\` received a bad \`url\`: ${problem}.`, { facts, fix: hasLogin ? loginFix : fix })
  }
  assertOptions('http', options, downloadChecks)
  const name = String(url)
  const refuse = async () => {
    throw new WeightsError(`\`http\` cannot write ${name}: an address can only be read.`, {
      fix: 'save to file(path), then put the file on the server',
    })
  }
  const take = async (claim: TransferOptions['claim']) => {
    const answer = await download(url, { ...options, claim })
    if ('bytes' in answer) return answer.bytes
    const { problem, facts, cause, status } = answer
    const fix = status === 401 ? "it needs a login: pass headers, e.g. { authorization: 'Bearer ...' }" : answer.fix
    throw new WeightsError(`\`http\` cannot read ${name}: ${problem}.`, { facts, fix, cause })
  }
  return {
    name,
    read: () => take((beginning) => claimedLength(beginning, { caller: 'http', source: name })),
    readStart: (count) => take(({ length }) => (length < count ? { needs: count } : { isEnough: true })),
    write: refuse,
    prepare: refuse,
  }
}

const loginFix = "leave them out, and pass headers: { authorization: 'Basic ' + btoa('user:password') }"
