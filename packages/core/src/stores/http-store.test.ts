import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { show } from '../checks/show.ts'
import { OptionError, WeightsError } from '../errors.ts'
import { download } from './download.ts'
import { http } from './http-store.ts'
import { storeOf } from './store-of.ts'

let server: Server
let origin: string

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/vae.safetensors') response.end(new Uint8Array([1, 2, 3]))
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    } else {
      response.statusCode = request.url === '/secret' ? 403 : 404
      response.end('<!DOCTYPE html>')
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => {
  server.close()
})

test('http reads what the server sends', async () => {
  const store = http(`${origin}/vae.safetensors`)
  expect(store.name).toBe(`${origin}/vae.safetensors`)
  expect(await store.read()).toEqual(new Uint8Array([1, 2, 3]))
  expect(await http(new URL(`${origin}/vae.safetensors`)).read()).toEqual(new Uint8Array([1, 2, 3]))
})

test('http reads the beginning alone, and no more than there is', async () => {
  expect(await http(`${origin}/vae.safetensors`).readStart?.(9)).toEqual(new Uint8Array([1, 2, 3]))
  expect(await messageOf(http(`${origin}/lost`).readStart?.(9) as Promise<unknown>)).toContain('404')
})

test('http refuses an error page', async () => {
  expect(await messageOf(http(`${origin}/lost`).read())).toMatchInlineSnapshot(`
    "WeightsError: \`http\` cannot read http://server/lost: the server answers with an error.

    Expected: status 200
    Received: status 404 Not Found
    Fix:      check the address"
  `)
  expect(await messageOf(http(`${origin}/secret`).read())).toContain('Received: status 403 Forbidden')
})

test('http refuses an answer that breaks off', async () => {
  expect(await messageOf(http(`${origin}/cut`).read())).toContain('the transfer failed')
})

test('http refuses a server that does not answer', async () => {
  const closed = createServer()
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
  const { port } = closed.address() as AddressInfo
  await new Promise((resolve) => closed.close(resolve))
  const failure = http(`http://127.0.0.1:${port}/vae.safetensors`).read()
  expect((await messageOf(failure)).replaceAll(String(port), 'PORT')).toMatchInlineSnapshot(`
    "WeightsError: \`http\` cannot read http://127.0.0.1:PORT/vae.safetensors: the transfer failed.

    Reason: fetch failed: connect ECONNREFUSED 127.0.0.1:PORT
    Fix:    check the address and the connection; in a page, also that the server allows other origins"
  `)
  await expect(failure).rejects.toHaveProperty('cause')
})

test('http says that an address is not whole when it is read: in a page it may be relative', async () => {
  expect(await messageOf(http('vae.safetensors').read())).toMatchInlineSnapshot(`
    "WeightsError: \`http\` cannot read vae.safetensors: it is not an address.

    Expected: an address that begins with https:// or http://
    Received: "vae.safetensors"
    Fix:      pass the whole address, e.g. https://example.org/vae.safetensors; for a file on this machine pass its path in place of the store"
  `)
})

describe('http refuses at once', () => {
  test.each<[what: string, url: unknown]>([
    ['no text', ''],
    ['blanks', '  '],
    ['nothing', undefined],
    ['an object like an address', { href: 'https://example.org' }],
    ['a path of Windows', 'C:\\models\\vae.safetensors'],
    ['the address of a file', 'file:///models/vae.safetensors'],
    ['another protocol', 'ftp://example.org/vae.safetensors'],
    ['an address object of another protocol', new URL('ftp://example.org/vae.safetensors')],
    ['a server without a protocol', 'localhost:8080/vae.safetensors'],
    ['a user name', 'https://ada@example.org/vae.safetensors'],
    ['a password', 'https://ada:tru@st/no@example.org/vae.safetensors'],
    ['a password in an address object', new URL('https://ada:secret@example.org/vae.safetensors')],
  ])('%s', (_, url) => {
    expect(refusalOf(() => http(url as string))).toMatchSnapshot()
  })

  test('a password that is longer than what is shown of a text, and does not show it', () => {
    const text = refusalOf(() => http(`https://ada:${'secret'.repeat(50)}@example.org/`))
    expect(text).toContain('Received: "https://***@example.org/"')
    expect(text).not.toContain('secret')
  })
})

test('download refuses a password without asking the server, and does not show it', async () => {
  const failure = await download(origin.replace('//', '//ada:secret@'))
  expect(failure).toMatchObject({ problem: expect.stringContaining('password') })
  expect(inspect(failure)).not.toContain('secret')
})

test('no error shows the password of an address, wherever it comes from', () => {
  const address = 'https://ada:secret@example.org/a'
  const error = new WeightsError(`cannot read ${address}`, { facts: { [address]: address }, fix: `open ${address}` })
  expect(String(error)).not.toContain('secret')
  expect(show([address, 'mail ada@example.org'])).toBe('["https://***@example.org/a", "mail ada@example.org"]')
  expect(() => storeOf('load', 'store', address)).toThrow('https://***@example.org/a')
})

test('http refuses every write', async () => {
  expect(await messageOf(http('https://example.org/vae.safetensors').write(new Uint8Array()))).toMatchInlineSnapshot(`
    "WeightsError: \`http\` cannot write https://example.org/vae.safetensors: an address can only be read.

    Fix: save to file(path), then put the file on the server"
  `)
})

async function messageOf(failing: Promise<unknown>): Promise<string> {
  const error = await failing.then(
    () => new Error('nothing was thrown'),
    (error: unknown) => error,
  )
  if (!WeightsError.isInstance(error)) throw error
  return String(error).replaceAll(origin, 'http://server')
}

function refusalOf(refused: () => unknown): string {
  try {
    refused()
  } catch (error) {
    if (OptionError.isInstance(error)) return String(error)
    throw error
  }
  return 'nothing was thrown'
}
