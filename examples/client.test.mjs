import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { fetchAgain } from './replicas-behind-nginx/client.mjs'

/** @type {import('node:http').Server | undefined} */
let server
afterEach(() => server?.close())

/** A server that answers its requests in this order; the last answer again and again. */
async function serverThat(/** @type {((response: import('node:http').ServerResponse) => void)[]} */ ...answers) {
  let received = 0
  server = createServer((_, response) => answers[Math.min(received++, answers.length - 1)]?.(response)).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const address = /** @type {import('node:net').AddressInfo} */ (server.address())
  return { url: `http://127.0.0.1:${address.port}/`, received: () => received }
}

const answer = (/** @type {number} */ status, /** @type {Record<string, string>} */ headers = {}) => {
  return (/** @type {import('node:http').ServerResponse} */ response) => response.writeHead(status, headers).end('body')
}

test('waits as long as Retry-After says, as seconds or as a date', async () => {
  const soon = new Date(Date.now() + 1000).toUTCString()
  const { url } = await serverThat(
    answer(503, { 'retry-after': '0' }),
    answer(429, { 'retry-after': soon }),
    answer(503, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    answer(200),
  )
  const waits = []
  const response = await fetchAgain(url, { onRetry: (why, seconds) => waits.push([why, seconds]) })
  expect([response.status, await response.text()]).toEqual([200, 'body'])
  expect(waits).toEqual([
    ['503', 0],
    ['429', expect.any(Number)],
    ['503', 0],
  ])
  expect(waits[1][1]).toBeLessThanOrEqual(1)
})

test('tries again when the connection breaks, before the answer and in the middle of it', async () => {
  const { url } = await serverThat(
    (response) => response.destroy(),
    (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      setTimeout(() => response.destroy(), 20)
    },
    answer(200),
  )
  const reasons = []
  const response = await fetchAgain(url, { onRetry: (why) => reasons.push(why) })
  expect([await response.text(), reasons]).toEqual(['body', ['network', 'network']])
})

test('gives up after `tries`, and does not wait for longer than `longestWait`', async () => {
  const full = await serverThat(answer(503, { 'retry-after': '0' }))
  expect((await fetchAgain(full.url, { tries: 3 })).status).toBe(503)
  expect(full.received()).toBe(3)
  server?.close()
  const closed = await serverThat(answer(503, { 'retry-after': '3600' }))
  expect((await fetchAgain(closed.url)).status).toBe(503)
  expect(closed.received()).toBe(1)
})

test('answers that would stay the same are not asked for again', async () => {
  const { url, received } = await serverThat(answer(422))
  expect([(await fetchAgain(url)).status, received()]).toEqual([422, 1])
})

test('an abort ends the wait', async () => {
  const { url, received } = await serverThat(answer(503, { 'retry-after': '20' }))
  const stop = new AbortController()
  const waiting = fetchAgain(url, {
    signal: stop.signal,
    onRetry: () => setTimeout(() => stop.abort(new Error('enough')), 10),
  })
  await expect(waiting).rejects.toThrow('enough')
  expect(received()).toBe(1)
})
