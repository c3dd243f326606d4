// Servers that send more than the file says of itself, on this machine.
import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { claimOfIdx } from './claim.ts'
import { fromIdx } from './from-idx.ts'
import { idxFolder } from './idx-folder.ts'
import { loadPublished } from './load-published.ts'
import { counting, encodeIdx } from './testing/encode-idx.ts'
import { errorText } from './testing/error-text.ts'
import { folderWith, imageName, labelName, packedFiles, serve, tiny } from './testing/tiny-dataset.ts'

const small = encodeIdx([4, 2, 2], counting(16))
const unknown = Uint8Array.from({ length: 50_000 }, (_, i) => 65 + ((i * i) >> 3))

/** Begins with these bytes and goes on with zeros as fast as the client takes them; counts them all. */
function endless(beginning: Uint8Array) {
  const sent = { bytes: 0 }
  const reply = (response: ServerResponse) => {
    const zeros = new Uint8Array(2 ** 16)
    const send = (bytes: Uint8Array) => {
      if (response.destroyed) return
      sent.bytes += bytes.length
      response.write(bytes, (error) => error ?? send(zeros))
    }
    send(beginning)
  }
  return { sent, reply }
}

/** What lies in the buffers of the machine between the server and the client. */
const underWay = 8 * 2 ** 20

describe('a server without end is left', () => {
  const packed = gzipSync(new Uint8Array([...small, ...unknown]))
  const tooLong = 'received no file: the answer is too long.'

  test.each([
    ['at the length in the header', small, tooLong],
    ['at the length in the header inside an archive', packed, tooLong],
    ['where the file is not IDX', unknown, 'received a file that is not IDX.'],
    ['where the archive holds no IDX', gzipSync(unknown), 'received a file that is not IDX.'],
    [
      'in the middle of an archive that holds no IDX',
      gzipSync(randomBytes(2 ** 20).fill(65, 0, 4)),
      'received a file that is not IDX.',
    ],
    [
      'where an archive never begins',
      new Uint8Array([31, 139, 8, 8, 0, 0, 0, 0, 0, 0]),
      'received a corrupt gzip file.',
    ],
  ])('%s', async (_, beginning, text) => {
    const { sent, reply } = endless(beginning)
    const { url } = await serve({ [`${imageName}.gz`]: reply, [`${labelName}.gz`]: reply })
    expect(await errorText(fromIdx({ images: `${url}/${imageName}.gz` }))).toContain(text)
    expect(sent.bytes).toBeLessThan(underWay)
    expect(await errorText(idxFolder({ from: url }))).toContain(text)
    expect(await errorText(loadPublished(tiny(), { from: url }))).toContain(text)
    expect(sent.bytes).toBeLessThan(5 * underWay) // two files each
  })

  test('with a text that says what was claimed', async () => {
    const { url } = await serve({ images: endless(small).reply })
    const text = await errorText(fromIdx({ images: `${url}/images` }), { [url]: '<server>' })
    expect(text).toMatchInlineSnapshot(`
      "DatasetError: \`fromIdx\` received no file: the answer is too long.

      File:     <server>/images
      Expected: at most 32 bytes, as the file itself states
      Received: more
      Fix:      the file is damaged, or the server sends more after its end: have it put on the server again"
    `)
  })
})

test('a file is read whose bytes come one by one, plain or packed', async () => {
  for (const bytes of [small, gzipSync(small)]) {
    const dripping = (response: ServerResponse) => {
      let at = 0
      const send = () => response.write(bytes.subarray(at, ++at), at < bytes.length ? send : () => response.end())
      response.socket?.setNoDelay(true)
      send()
    }
    const { url } = await serve({ images: dripping })
    expect(await fromIdx({ images: `${url}/images` })).toMatchObject({ size: 4, shape: [2, 2, 1] })
  }
})

test('a page in place of a file is told as none', async () => {
  const page = (response: ServerResponse) =>
    response.setHeader('content-type', 'text/html').end('<!DOCTYPE html><html>')
  const { url } = await serve({
    [`${imageName}.gz`]: page,
    [imageName]: small,
    [`${labelName}.gz`]: packedFiles()[`${labelName}.gz`] as Uint8Array,
  })
  expect(await idxFolder({ from: url })).toMatchObject({ size: 4 })
})

test('the claim is that of the header, and needs its bytes', async () => {
  const origin = { caller: 'fromIdx', file: 'axes' }
  const axes = encodeIdx(Array(200).fill(1), [5])
  expect(await claimOfIdx(axes.subarray(0, 16), origin)).toEqual({ needs: 804 })
  expect(await claimOfIdx(axes.subarray(0, 804), origin)).toEqual({ length: 805 })
  expect(await claimOfIdx(gzipSync(axes), origin)).toEqual({ length: Math.ceil(1.01 * 805) + 1000 })
  expect(await claimOfIdx(gzipSync(axes).subarray(0, 16), origin)).toEqual({ needs: 32 })
  expect(await claimOfIdx(encodeIdx(Array(40).fill(2 ** 32 - 1), []), origin)).toEqual({
    length: Number.POSITIVE_INFINITY,
  })
})

describe('an address that cannot be asked for is refused without its password', () => {
  test.each([
    ['ftp://example.org/a', 'received no file: the protocol "ftp:" cannot be read.'],
    [
      'https://ada:secret@example.org/a',
      'received no file: there is a user name or a password in it, which fetch refuses.',
    ],
  ])('%s', async (address, problem) => {
    for (const loading of [
      fromIdx({ images: address }),
      fromIdx({ images: new URL(address) }),
      idxFolder({ from: address }),
      loadPublished(tiny(), { from: address }),
    ]) {
      const text = await errorText(loading)
      expect(text).toContain(problem)
      expect(text).not.toContain('secret')
      expect(text).toMatch(/Fix: .+ by other means/)
    }
  })

  test('but one in capital letters is an address, and file:// a path', async () => {
    const { url } = await serve({ images: small })
    expect(await fromIdx({ images: `${url.replace('http', 'HTTP')}/images` })).toMatchObject({ size: 4 })
    const folder = await folderWith({ images: small })
    expect(await fromIdx({ images: `FILE://${folder}/images` })).toMatchObject({ size: 4 })
  })
})
