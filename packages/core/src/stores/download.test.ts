// Against real servers of this machine, good and bad; what a page does differently is in @ae/web's and @ae/datasets' tests.
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRawServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { WeightsError } from '../errors.ts'
import { writeSafetensors } from '../files/safetensors.ts'
import { type DownloadOptions, download, type TransferOptions } from './download.ts'
import { http } from './http-store.ts'

let server: Server
let origin: string
/** Connections that the client closed before the answer was whole. */
const closed: string[] = []

const drip = (response: ServerResponse, bytes: Uint8Array, milliseconds: number) => {
  const timer = setInterval(() => response.write(bytes), milliseconds)
  response.on('close', () => clearInterval(timer))
}

const model = writeSafetensors({
  metadata: new Map([['note', 'x'.repeat(100_000)]]),
  tensors: new Map([['weights', { shape: [5], data: new Float32Array(5) }]]),
})

/** These bytes, then zeros as fast as the client takes them. */
const pump = (response: ServerResponse, beginning: Uint8Array) => {
  const send = (bytes: Uint8Array) => {
    sent += bytes.length
    if (!response.destroyed) response.write(bytes, (error) => error ?? send(new Uint8Array(2 ** 16)))
  }
  send(beginning)
}
let sent = 0

const replies: Readonly<Record<string, (response: ServerResponse) => void>> = {
  '/good': (response) => response.setHeader('content-type', 'text/plain').end(new Uint8Array([1, 2, 3])),
  '/empty': (response) => response.end(),
  '/silent': () => {},
  '/header-alone': (response) => response.writeHead(200, { 'content-length': 100 }).flushHeaders(),
  '/dripping': (response) => drip(response.writeHead(200), new Uint8Array(1), 20),
  '/endless': (response) => drip(response.writeHead(200), new Uint8Array(100_000), 1),
  '/model-without-end': (response) => pump(response, model),
  '/header-without-end': (response) => pump(response, new Uint8Array([9, 0, 0, 0, 0, 0, 0, 0, 0x7b])),
  '/model': (response) => response.end(model),
  '/slow': (response) => {
    drip(response.writeHead(200), new Uint8Array(400), 50)
    setTimeout(() => response.end(), 1000)
  },
  '/claims-much': (response) => response.writeHead(200, { 'content-length': 3e9 }).flushHeaders(),
  '/bomb': (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(new Uint8Array(5_000_000))),
  '/packed': (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(new Uint8Array([4, 5]))),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/moved': (response) => response.writeHead(301, { location: '/good' }).end(),
  '/cut': (response) => response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy()),
  '/busy': (response) => response.writeHead(429, { 'retry-after': '120' }).end(),
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? ''
    response.on('close', () => response.writableFinished || closed.push(path))
    if (path === '/secret' && request.headers.authorization === 'Bearer key') response.end('yes')
    else if (path === '/secret') response.writeHead(401).end()
    else if (path in replies) replies[path]?.(response)
    else response.writeHead(Number(path.slice(1))).end('<!DOCTYPE html>')
  })
  origin = await listen(server)
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const quick = { timeout: 0.2 }

/** What `download` says: `problem | facts | fix`; or the bytes. */
async function said(path: string, options: TransferOptions = {}): Promise<string> {
  const answer = await download(`${origin}${path}`, options)
  if ('bytes' in answer) return `${answer.bytes.length} bytes`
  return [answer.problem, ...Object.values(answer.facts), answer.fix].join(' | ')
}

describe('download', () => {
  test('gives the bytes and their type', async () => {
    const good = { bytes: new Uint8Array([1, 2, 3]), contentType: 'text/plain' }
    expect(await download(`${origin}/good`)).toEqual(good)
    expect(await download(new URL(`${origin}/moved`))).toEqual(good)
    expect(await download(`${origin}/empty`)).toEqual({ bytes: new Uint8Array(), contentType: '' })
    expect(await download(`${origin}/packed`)).toMatchObject({ bytes: new Uint8Array([4, 5]) })
  })

  test('sends headers', async () => {
    expect(await said('/secret', { headers: { authorization: 'Bearer key' } })).toBe('3 bytes')
  })

  test('waits for a server that is slow but goes on', async () => {
    expect(await said('/slow', { timeout: 0.5 })).toMatch(/^\d{4} bytes$/)
  })
})

describe('download gives up', () => {
  test('a server that does not answer', async () => {
    expect(await said('/silent', quick)).toBe(
      'the server does not answer | an answer within 0.2 s | none | ' +
        'try again later; if the connection is slow, pass a timeout above 0.2',
    )
  })

  test('a server that answers and then is silent', async () => {
    expect(await said('/header-alone', quick)).toContain(
      'the server is too slow | 200 bytes or the end within 0.2 s | 0',
    )
  })

  test('a server that sends a byte now and then', async () => {
    const start = performance.now()
    expect(await said('/dripping', quick)).toMatch(/^the server is too slow \| .* \| \d+ bytes, after 0 before/)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('a machine that takes the connection and says nothing', async () => {
    const sockets: Socket[] = []
    const mute = createRawServer((socket) => sockets.push(socket))
    const url = await listen(mute)
    expect(await download(url, quick)).toMatchObject({ problem: 'the server does not answer' })
    for (const socket of sockets) socket.destroy()
    mute.close()
  })
})

describe('download takes no more than its limit', () => {
  const tooLong =
    'the answer is too long | at most 1000000 bytes | more | ' +
    'check the address; a file that is meant to be that long needs a larger limit'

  test.each([
    ['an endless answer', '/endless'],
    ['an answer that unpacks to more', '/bomb'],
    ['an answer that claims more, before any of it comes', '/claims-much'],
  ])('of %s', async (_, path) => {
    expect(await said(path, { limit: 1_000_000 })).toBe(tooLong)
  })

  test('and takes exactly that much', async () => {
    expect(await said('/good', { limit: 3 })).toBe('3 bytes')
    expect(await said('/good', { limit: 2 })).toContain('the answer is too long')
    expect(await said('/bomb', { limit: 5_000_000 })).toBe('5000000 bytes')
  })

  test('and closes the connection', async () => {
    closed.length = 0
    await said('/endless', { limit: 1000 })
    await expect.poll(() => closed).toEqual(['/endless'])
  })

  test('whatever shorter length the server claims', async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nmore than two'
    const liar = createRawServer((socket) => socket.once('data', () => socket.end(answer)))
    const read = await download(await listen(liar))
    expect('bytes' in read ? read.bytes.length : read.problem).toBe(2)
    liar.close()
  })
})

describe('download takes no more than the length that a file states', () => {
  const claim = (beginning: Uint8Array) => (beginning.length < 100 ? { needs: 100 } : { length: 150_000 })

  test('and leaves a server that goes on', async () => {
    expect(await said('/endless', { claim })).toBe(
      'the answer is too long | at most 150000 bytes, as the file itself states | more | ' +
        'the file is damaged, or the server sends more after its end: have it put on the server again',
    )
    expect(await said('/endless', { claim, limit: 149_999 })).toContain('at most 149999 bytes |')
    expect(await said('/good', { claim })).toBe('3 bytes')
  })

  test('and asks again only when there is what the claim needs', async () => {
    const lengths: number[] = []
    const needs = [1000, 0, 1500]
    await said('/slow', {
      claim({ length }) {
        lengths.push(length)
        const next = needs.shift()
        return next === undefined ? undefined : { needs: next }
      },
    })
    expect(lengths).toHaveLength(4)
    expect(lengths[1]).toBeGreaterThanOrEqual(1000)
    expect(lengths[2]).toBeGreaterThan(lengths[1] ?? 0)
    expect(lengths[3]).toBeGreaterThanOrEqual(1500)
  })

  test('and gives what has come where that is enough', async () => {
    expect(await said('/endless', { claim: () => ({ isEnough: true }) })).toMatch(/^\d+ bytes$/)
  })

  test('and passes on what the claim throws', async () => {
    const refuse = () => {
      throw new WeightsError('not this one')
    }
    await expect(download(`${origin}/endless`, { claim: refuse })).rejects.toThrow('not this one')
  })
})

describe('download says what the server says', () => {
  test.each([
    [401, 'it needs a login: download the file by other means'],
    [403, 'check the address, and that the file is public: some servers answer this for a missing file too'],
    [404, 'check the address'],
    [410, 'check the address'],
    [418, 'open the address in a browser to see what it says'],
    [500, "the fault is the server's: try again later"],
    [503, "the fault is the server's: try again later"],
  ])('with status %s', async (status, fix) => {
    const text = await said(`/${status}`)
    expect(text).toMatch(new RegExp(`^the server answers with an error \\| status 200 \\| status ${status} `))
    expect(text).toContain(` | ${fix}`)
  })

  test('with the time to wait', async () => {
    expect(await said('/busy')).toContain('| status 429 Too Many Requests | 120 | it received too many requests: wait')
  })

  test('of redirects without end, and of an answer that breaks off', async () => {
    expect(await said('/loop')).toContain('the transfer failed | fetch failed: redirect count exceeded')
    expect(await said('/cut')).toContain('the transfer failed | terminated')
  })
})

describe('download stops for its signal', () => {
  test.each(['/silent', '/header-alone', '/dripping', '/endless'])('in the middle of %s', async (path) => {
    const controller = new AbortController()
    const reading = download(`${origin}${path}`, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await expect(reading).rejects.toThrow('enough')
  })

  test('that is aborted already, without a request', async () => {
    await expect(download('http://nowhere.invalid', { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })

  test('and leaves no listener on it', async () => {
    const { signal } = new AbortController()
    const added = vi.spyOn(signal, 'addEventListener')
    const removed = vi.spyOn(signal, 'removeEventListener')
    await download(`${origin}/good`, { signal })
    await download(`${origin}/404`, { signal })
    expect(removed.mock.calls).toEqual(added.mock.calls)
    expect(added).toHaveBeenCalledTimes(2)
  })
})

describe('http with options', () => {
  const message = (path: string, options: DownloadOptions) =>
    http(`${origin}${path}`, options)
      .read()
      .then(
        () => 'read',
        (error: unknown) => String(error).replaceAll(origin, 'http://server'),
      )

  test('gives up a silent server, with the time in seconds', async () => {
    expect(await message('/silent', quick)).toMatchInlineSnapshot(`
      "WeightsError: \`http\` cannot read http://server/silent: the server does not answer.

      Expected: an answer within 0.2 s
      Received: none
      Fix:      try again later; if the connection is slow, pass a timeout above 0.2"
    `)
    expect(await message('/slow', { timeout: 5 })).toBe('read') // what the text says helps
  })

  test('stops at its limit', async () => {
    expect(await message('/endless', { limit: 1000 })).toMatchInlineSnapshot(`
      "WeightsError: \`http\` cannot read http://server/endless: the answer is too long.

      Expected: at most 1000 bytes
      Received: more
      Fix:      check the address; a file that is meant to be that long needs a larger limit"
    `)
    expect(await message('/good', { limit: 3 })).toBe('read')
  })

  test('stops at the length in the header of a model', async () => {
    sent = 0
    expect(await message('/model-without-end', {})).toMatchInlineSnapshot(`
      "WeightsError: \`http\` cannot read http://server/model-without-end: the answer is too long.

      Expected: at most 100116 bytes, as the file itself states
      Received: more
      Fix:      the file is damaged, or the server sends more after its end: have it put on the server again"
    `)
    expect(sent).toBeLessThan(model.length + 8 * 2 ** 20) // what lies in the buffers of the machine
    expect(await http(`${origin}/model`).read()).toEqual(model)
  })

  test('stops at a malformed header', async () => {
    sent = 0
    expect(await message('/header-without-end', {})).toContain('header-without-end: its header is not JSON.')
    expect(sent).toBeLessThan(8 * 2 ** 20)
  })

  test('tells of a login, and takes it', async () => {
    expect(await message('/secret', {})).toMatchInlineSnapshot(`
      "WeightsError: \`http\` cannot read http://server/secret: the server answers with an error.

      Expected: status 200
      Received: status 401 Unauthorized
      Fix:      it needs a login: pass headers, e.g. { authorization: 'Bearer ...' }"
    `)
    expect(await message('/secret', { headers: { authorization: 'Bearer key' } })).toBe('read')
  })

  test('rejects with the reason of its signal', async () => {
    expect(await message('/silent', { signal: AbortSignal.timeout(30) })).toContain('TimeoutError')
  })

  test.each([
    [{ timeout: 0 }, 'timeout'],
    [{ timeout: 1e9 }, 'timeout'],
    [{ timeout: '5' }, 'timeout'],
    [{ limit: 1.5 }, 'limit'],
    [{ signal: true }, 'signal'],
    [{ headers: { 'bad name': 'x' } }, 'headers'],
    [{ headers: 'x' }, 'headers'],
  ])('refuses %o', (options, name) => {
    expect(() => http(origin, options as never)).toThrow(`\`http\` received a bad \`${name}\``)
  })

  test('refuses an option that it does not have, and what is not an address', () => {
    expect(() => http(origin, { timeOut: 5 } as never)).toThrow('did you mean timeout?')
    expect(() => http('')).toThrow('`http` received a bad `url`')
    expect(() => http(undefined as never)).toThrow('`http` received a bad `url`')
  })
})

async function listen(listening: Server | ReturnType<typeof createRawServer>): Promise<string> {
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}
