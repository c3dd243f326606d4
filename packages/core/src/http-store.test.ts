import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WeightsError } from './errors.ts'
import { http } from './http-store.ts'

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

test('http refuses what is no address', async () => {
  expect(await messageOf(http('vae.safetensors').read())).toMatchInlineSnapshot(`
    "WeightsError: \`http\` cannot read vae.safetensors: the transfer failed.

    Reason: Failed to parse URL from vae.safetensors: Invalid URL
    Fix:    check the address and the connection; in a page, also that the server allows other origins"
  `)
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
