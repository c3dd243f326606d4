// Addresses that `fetch` can read, and why it cannot read others.
import { show } from '../checks/show.ts'

/** What is wrong with an address, and the fix: the parts of an error. */
export interface AddressFault {
  /** A clause, e.g. `it is not an address`. */
  readonly problem: string
  readonly facts: Readonly<Record<'Expected' | 'Received', string>>
  readonly fix: string
  /** Whether the fault is a login in the address. */
  readonly hasLogin?: boolean
}

/** The protocols that `fetch` reads, in Node and in a page. */
const readable = ['https:', 'http:', 'blob:', 'data:']

const example = 'https://example.org/vae.safetensors'

/**
 * Why `fetch` could not even request an address.
 *
 * @param value as received
 * @param base what it may be relative to, empty for nothing. Defaults to a page, even where there is none: a server that renders
 *   pages creates their stores too
 * @returns undefined if it can be requested
 */
export function faultOfAddress(value: unknown, base = 'https://page.invalid'): AddressFault | undefined {
  const fault = (problem: string, fix: string): AddressFault => ({
    problem,
    facts: {
      Expected: 'an address that begins with https:// or http://',
      Received: show(value instanceof URL ? value.href : value),
    },
    fix,
  })
  if (typeof value !== 'string' && !(value instanceof URL)) return fault('it is not an address', `pass e.g. ${example}`)
  const text = String(value).trim()
  const address = /^[a-z]:[\\/]/i.test(text) ? undefined : parse(text, base) // `C:\models` is a URL of the protocol `c:`
  if (text === '' || address === undefined) {
    const fix = `pass the whole address, e.g. ${example}; for a file on this machine pass its path in place of the store`
    return fault('it is not an address', fix)
  }
  const { protocol, username, password } = address
  if (protocol === 'file:')
    return fault('it is the address of a file', 'pass the path of the file in place of the store')
  if (!readable.includes(protocol)) {
    return fault(
      `the protocol ${show(protocol)} cannot be read`,
      text.includes('://')
        ? 'download the file by other means, and read it from this machine'
        : 'put https:// or http:// in front',
    )
  }
  if (username === '' && password === '') return undefined
  const fix = 'leave them out; where the server needs a login, download the file by other means'
  return { ...fault('there is a user name or a password in it, which fetch refuses', fix), hasLogin: true }
}

function parse(text: string, base: string): URL | undefined {
  try {
    return new URL(text, base === '' ? undefined : base)
  } catch {
    return undefined
  }
}
