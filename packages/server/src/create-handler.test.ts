import { annotate, readSafetensors, type StoredTensor, selectBackend, uniforms, writeSafetensors } from '@ae/core'
import { joinBytes, npyHeader, readNpy } from '@ae/core/internal'
import { fromRows, tabularTransform } from '@ae/datasets'
import { expectNoLeak } from '@ae/library/testing'
import { mixed } from '@ae/losses'
import { autoencoder, conditionalVae, gaussianSampler, vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHandler, type Handler, type HandlerOptions, type Models } from './create-handler.ts'
import type { LogRecord } from './http/service-options.ts'

let pictures: ReturnType<typeof vae>
let classes: ReturnType<typeof conditionalVae>
let plain: ReturnType<typeof autoencoder>
let people: ReturnType<typeof vae>

beforeAll(async () => {
  await selectBackend(wasm)
  pictures = vae({ inputShape: [4, 4, 1], latentSize: 2, hidden: [33], seed: 1 })
  classes = conditionalVae({ inputShape: [4, 4, 1], latentSize: 2, classes: 3, hidden: [17], seed: 1 })
  annotate(classes, { classNames: ['cat', 'dog', 'owl'] })
  plain = autoencoder({ inputShape: [5], codeSize: 2, hidden: [8], seed: 1 })
  annotate(plain, { threshold: 0.5 })
  const transform = tabularTransform(fromRows(rows))
  const likelihood = mixed(transform.likelihood)
  people = vae({ inputShape: [transform.width], latentSize: 2, hidden: [8], likelihood, seed: 1 })
  annotate(people, { transform: transform.config })
})
afterAll(() => {
  for (const model of [pictures, classes, plain, people]) model.dispose()
})

const rows = Array.from({ length: 20 }, (_, i) => ({ age: 20 + i, city: i % 2 === 0 ? 'Oslo' : 'Turku' }))
const examples = (count: number, size = 16, seed = 1) => uniforms('test', { seed }, count * size)
const listed = (values: Float32Array, size: number) =>
  Array.from({ length: values.length / size }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)))

/** A handler of the four models, with what a test needs to ask it. */
function served(options: HandlerOptions = {}, models: Models = { pictures, classes, plain, people }) {
  const handler = createHandler(models, options)
  return { handler, ...asking(handler) }
}

function asking(handler: Handler) {
  const ask = (path: string, init: RequestInit = {}) => handler(new Request(`http://127.0.0.1${path}`, init))
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      body: body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  return { ask, post }
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

test.each([[{ 'content-type': 'application/json' }], [{ 'content-type': 'application/json', 'content-length': '21' }]])(
  'a body that something else has read is a problem that says so, headers %j',
  async (headers) => {
    const request = new Request('http://127.0.0.1/decode', { method: 'POST', body: '{ "codes": [[0, 0]] }', headers })
    await request.text()
    const response = await served().handler(request)
    expect([response.status, await response.json()]).toMatchInlineSnapshot(`
    [
      500,
      {
        "detail": "Something else on this server read the body of the request before the models could.",
        "fix": "on the server, mount the handler above what reads bodies, such as express.json()",
        "status": 500,
        "title": "The body is gone",
        "type": "about:blank",
      },
    ]
  `)
  },
)

test('a model says what can be asked of it, and why something cannot', async () => {
  const { ask } = served()
  const { models } = await (await ask('/models')).json()
  expect(
    models.map(({ name, operations }: { name: string; operations: string[] }) => [name, operations.join()]),
  ).toEqual([
    ['pictures', 'sample,encode,decode,reconstruct,score'],
    ['classes', 'sample,encode,decode,reconstruct'],
    ['plain', 'encode,decode,reconstruct,score'],
    ['people', 'sample,encode,decode,reconstruct,score'],
  ])
  expect(await (await ask('/models/plain')).json()).toMatchObject({
    kind: 'autoencoder',
    inputShape: [5],
    codeSize: 2,
    threshold: 0.5,
    refusals: { sample: 'it has no prior to draw codes from; serve it with a sampler' },
  })
})

describe('answers are those of the model', () => {
  test('to JSON', () =>
    expectNoLeak(async () => {
      const { post } = served()
      const x = examples(3)
      const tensor = tf.tensor(x, [3, 4, 4, 1])
      const [codes, mean] = [pictures.encode(tensor), pictures.reconstruct(tensor)]
      const encoded = await (await post('/models/pictures/encode', { examples: listed(x, 16) })).json()
      expect(encoded).toEqual({ codes: listed(codes.dataSync() as Float32Array, 2), shape: [3, 2] })
      const decoded = await (await post('/models/pictures/decode', { codes: encoded.codes })).json()
      expect(decoded.examples.flat(3)).toEqual(Array.from(mean.dataSync()))
      const nested = await (await post('/models/pictures/reconstruct', { examples: decoded.examples })).json()
      expect(nested.shape).toEqual([3, 4, 4, 1])
      const one = await (await post('/models/plain/score', { examples: [0, 1, 0, 1, 0] })).json()
      expect(one.scores).toHaveLength(1)
      expect(one.anomalies).toEqual([one.scores[0] >= 0.5])
      tf.dispose([tensor, codes, mean])
    }))

  test('to .npy and safetensors, and as them', () =>
    expectNoLeak(async () => {
      const { post } = served()
      const x = examples(3)
      const npy = joinBytes([npyHeader([3, 16], 'float32'), new Uint8Array(x.buffer)])
      const accept = { 'content-type': 'application/x-npy', accept: 'application/x-npy' }
      const tensor = tf.tensor(x, [3, 4, 4, 1])
      const codes = pictures.encode(tensor)
      const answer = readNpy(
        await bytesOf(await post('/models/pictures/encode', npy, accept)),
        () => new Error('not .npy'),
      )
      expect(answer).toEqual({ dtype: 'F32', shape: [3, 2], data: codes.dataSync() })
      const labels = { shape: [3], data: Int32Array.of(0, 1, 2) }
      const file = writeSafetensors({
        metadata: new Map(),
        tensors: new Map<string, StoredTensor>([
          ['examples', { shape: [3, 4, 4, 1], data: x }],
          ['labels', labels],
        ]),
      })
      const type = 'application/x-safetensors'
      const response = await post('/models/classes/reconstruct', file, { 'content-type': type, accept: type })
      const { tensors } = readSafetensors(await bytesOf(response))
      const mean = classes.reconstruct(tensor, [0, 1, 2])
      expect(tensors.get('examples')?.data).toEqual(mean.dataSync())
      expect(tensors.get('labels')?.data).toEqual(labels.data)
      tf.dispose([tensor, codes, mean])
    }))

  test('as PNG: one picture as it is, several as a grid, and pictures as examples', () =>
    expectNoLeak(async () => {
      const { ask, post } = served()
      const single = await bytesOf(await ask('/models/pictures/sample?seed=3&format=png'))
      const sizeOf = (png: Uint8Array) => [...png.subarray(16, 24)].filter((_, i) => i % 4 === 3)
      expect(sizeOf(single)).toEqual([4, 4])
      const grid = await ask('/sample?count=5&columns=3', {
        headers: { accept: 'image/avif,image/webp,image/png,*/*;q=0.8' },
      })
      expect(grid.headers.get('content-type')).toBe('image/png')
      expect(sizeOf(await bytesOf(grid))).toEqual([20, 14])
      const encoded = await post('/models/pictures/encode', single, { 'content-type': 'image/png' })
      expect((await encoded.json()).shape).toEqual([1, 2])
    }))

  test('with labels by number and by name', async () => {
    const { ask, post } = served()
    const [byNumber, byName, byList] = await Promise.all([
      bytesOf(await ask('/models/classes/sample?count=2&label=1')),
      bytesOf(await ask('/models/classes/sample?labels=dog,dog')),
      bytesOf(await post('/models/classes/sample', { labels: ['dog', 1] })),
    ])
    expect(byName).toEqual(byNumber)
    expect(byList).toEqual(byNumber)
    expect(JSON.parse(new TextDecoder().decode(byName)).labels).toEqual(['dog', 'dog'])
  })

  test('as rows of a table', () =>
    expectNoLeak(async () => {
      const { ask, post } = served()
      const sampled = await (await ask('/models/people/sample?count=3&seed=1')).json()
      expect(sampled.rows).toHaveLength(3)
      expect(Object.keys(sampled.rows[0])).toEqual(['age', 'city'])
      const back = await (await post('/models/people/reconstruct', { rows: [{ city: 'Oslo', age: 31 }] })).json()
      expect(back.rows).toHaveLength(1)
      expect((await (await post('/models/people/score', { rows })).json()).scores).toHaveLength(20)
      const wrong = await post('/models/people/encode', { rows: [{ age: 31, city: 'Rome' }] })
      expect(wrong.status).toBe(400)
      expect((await wrong.json()).detail).toContain('`encode`')
    }))

  test('with a sampler for a model without a prior', async () => {
    const data = {
      name: 'data',
      shape: [5],
      size: 8,
      range: { minimum: 0, maximum: 1 },
      async *batches() {
        yield tf.tensor(examples(8, 5), [8, 5])
      },
    }
    const sampler = await gaussianSampler(plain, data)
    const { ask } = served({ samplers: { plain: sampler } })
    expect((await (await ask('/models/plain/sample?count=2')).json()).shape).toEqual([2, 5])
    expect((await served().ask('/models/plain/sample')).status).toBe(422)
  })
})

test('the same seed gives the same bytes, another seed others', async () => {
  const { ask } = served()
  const bytes = async (seed: number) => bytesOf(await ask(`/models/pictures/sample?count=3&seed=${seed}&format=png`))
  expect(await bytes(7)).toEqual(await bytes(7))
  expect(await bytes(7)).not.toEqual(await bytes(8))
})

test('requests that wait together share calls, and get the bytes that each would get alone', () =>
  expectNoLeak(async () => {
    let joined = 0
    const requests = (post: ReturnType<typeof asking>['post'], ask: ReturnType<typeof asking>['ask']) =>
      Array.from({ length: 24 }, (_, i) => () => {
        const count = 1 + (i % 5)
        const body = { examples: listed(examples(count, 16, i), 16) }
        if (i % 6 === 0) return ask(`/models/pictures/sample?count=${count}&seed=${i}&temperature=0.7`)
        if (i % 6 === 1) return post('/models/pictures/encode', body)
        if (i % 6 === 2) return post('/models/pictures/score', body)
        if (i % 6 === 3) return post('/models/pictures/reconstruct', body)
        if (i % 6 === 4) return ask(`/models/classes/sample?count=${count}&seed=${i}&label=${i % 3}`)
        return ask(`/models/pictures/sample?count=${count}&seed=${i}&draw=true`)
      })
    const alone = served({ mostJoined: 1 })
    const together = served()
    const expected: Uint8Array[] = []
    for (const request of requests(alone.post, alone.ask)) expected.push(await bytesOf(await request()))
    const responses = await Promise.all(requests(together.post, together.ask).map((request) => request()))
    for (const [i, response] of responses.entries())
      expect(await bytesOf(response), `request ${i}`).toEqual(expected[i])
    const text = await (await together.ask('/metrics')).text()
    const figure = (name: string) => Number(new RegExp(`${name}\\{model="pictures"\\} (\\d+)`).exec(text)?.[1])
    joined = figure('ae_joined_requests_total') / figure('ae_calls_total')
    expect(joined).toBeGreaterThan(4)
  }))

test('batches of every size give the rows that a batch of one gives', () =>
  expectNoLeak(() => {
    const x = tf.tensor(examples(67), [67, 4, 4, 1])
    const whole = pictures.reconstruct(x)
    for (const [from, count] of [
      [0, 1],
      [1, 2],
      [3, 5],
      [8, 16],
      [24, 33],
      [66, 1],
    ] as const) {
      const part = tf.slice(x, [from, 0, 0, 0], [count, 4, 4, 1])
      const output = pictures.reconstruct(part)
      expect(output.dataSync()).toEqual(whole.dataSync().slice(16 * from, 16 * (from + count)))
      tf.dispose([part, output])
    }
    tf.dispose([x, whole])
  }))

describe('what is wrong is answered with what would be right', () => {
  const wrong: readonly (readonly [
    title: string,
    status: number,
    ask: (asked: ReturnType<typeof asking>) => Promise<Response>,
  ])[] = [
    ['a path that is not there', 404, ({ ask }) => ask('/nothing')],
    ['an unknown model', 404, ({ ask }) => ask('/models/nobody/sample')],
    ['a method', 405, ({ ask }) => ask('/models/pictures/encode')],
    ['no Content-Type', 415, ({ ask }) => ask('/encode', { method: 'POST', body: new Uint8Array([1]) })],
    ['an unknown Content-Type', 415, ({ post }) => post('/encode', {}, { 'content-type': 'text/csv' })],
    [
      'a picture for a model without pictures',
      415,
      ({ post }) => post('/models/plain/encode', {}, { 'content-type': 'image/png' }),
    ],
    ['an answer that there is not', 406, ({ ask }) => ask('/sample', { headers: { accept: 'image/webp' } })],
    ['a picture of codes', 406, ({ post }) => post('/encode', {}, { accept: 'image/png' })],
    ['a body that is too large', 413, ({ post }) => post('/encode', { examples: 'x'.repeat(70_000) })],
    ['too many examples', 422, ({ ask }) => ask('/sample?count=1000001')],
    ['a bad count', 400, ({ ask }) => ask('/sample?count=-1')],
    ['an unknown parameter', 400, ({ ask }) => ask('/sample?sede=1')],
    ['a body that is not JSON', 400, ({ post }) => post('/encode', new Uint8Array([123]))],
    ['a body that is not an object', 400, ({ post }) => post('/encode', [1])],
    ['no examples', 400, ({ post }) => post('/encode', {})],
    ['another shape', 400, ({ post }) => post('/encode', { examples: [[1, 2, 3]] })],
    [
      'lists of unequal length',
      400,
      ({ post }) =>
        post('/models/plain/encode', {
          examples: [
            [0, 0, 0, 0, 0],
            [0, 0],
          ],
        }),
    ],
    ['what is not a number', 400, ({ post }) => post('/models/plain/encode', { examples: [[0, 0, '0', 0, 0]] })],
    ['an infinite number', 400, ({ post }) => post('/models/plain/encode', { examples: [[0, 0, 1e99, 0, 0]] })],
    [
      'a damaged .npy file',
      400,
      ({ post }) => post('/encode', new Uint8Array([147, 78]), { 'content-type': 'application/x-npy' }),
    ],
    [
      'a damaged safetensors file',
      400,
      ({ post }) => post('/encode', new Uint8Array(9), { 'content-type': 'application/x-safetensors' }),
    ],
    ['a damaged picture', 400, ({ post }) => post('/encode', new Uint8Array(9), { 'content-type': 'image/png' })],
    ['no label', 400, ({ ask }) => ask('/models/classes/sample')],
    ['a label that there is not', 400, ({ ask }) => ask('/models/classes/sample?label=3')],
    ['labels for a model without', 400, ({ ask }) => ask('/sample?label=3')],
    [
      'a score that the model does not have',
      400,
      ({ post }) => post('/models/plain/score?kind=negativeElbo', { examples: [0, 0, 0, 0, 0] }),
    ],
    ['examples that the likelihood cannot take', 400, ({ post }) => post('/score', { examples: [Array(16).fill(3)] })],
  ]
  test.each(wrong)('%s: %i', (_, status, ask) =>
    expectNoLeak(async () => {
      const response = await ask(served({ mostBytes: 65_536 }))
      const problem = await response.json()
      expect([response.status, problem]).toEqual([status, expect.objectContaining({ status })])
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(problem.detail).toMatch(/\.$/)
      expect(problem.fix).toEqual(expect.any(String))
      if (status === 405) expect(response.headers.get('allow')).toBe('POST')
    }),
  )

  test('the texts', async () => {
    const { post, ask } = served()
    const texts = await Promise.all(
      [
        post('/models/plain/encode', { examples: [[0, 0, '0', 0, 0]] }),
        post('/encode', { examples: [[1, 2, 3]] }),
        ask('/sample?sede=1'),
        ask('/models/plain/sample'),
        post('/encode', new Uint8Array([147, 78]), { 'content-type': 'application/x-npy' }),
      ].map(async (response) => (await response).json()),
    )
    expect(texts).toMatchInlineSnapshot(`
      [
        {
          "detail": "\`encode\` received a bad item in \`examples\`.",
          "expected": "a finite number",
          "fix": "pass lists of the same length, of finite numbers only",
          "received": ""0" at examples[0][2]",
          "status": 400,
          "title": "Bad request",
          "type": "about:blank",
        },
        {
          "detail": "\`encode\` received \`examples\` of the wrong shape.",
          "expected": "lists of numbers [count, 4, 4, 1] or [count, 16]",
          "fix": "pass at least one row, each with 16 numbers",
          "received": "[1, 3]",
          "status": 400,
          "title": "Bad request",
          "type": "about:blank",
        },
        {
          "detail": "\`sample\` has no option \`sede\`.",
          "expected": "count, seed, temperature, draw, label, labels, columns, scale",
          "fix": "did you mean seed?",
          "received": "sede",
          "status": 400,
          "title": "Bad request",
          "type": "about:blank",
        },
        {
          "detail": "\`sample\` is not possible with the model plain: it has no prior to draw codes from; serve it with a sampler.",
          "fix": "see GET /models for what each model can do",
          "status": 422,
          "title": "Not possible with this model",
          "type": "about:blank",
        },
        {
          "detail": "\`encode\` received a file that is not .npy.",
          "expected": "93 4e 55 4d 50 59, which is \\x93NUMPY",
          "fix": "pass a file written by np.save",
          "received": "93 4e",
          "status": 400,
          "title": "Bad request",
          "type": "about:blank",
        },
      ]
    `)
  })

  test('a wrong request does not keep those that share its call from being answered', async () => {
    const { post } = served()
    const good = { examples: [Array(16).fill(0.5)] }
    const statuses = await Promise.all(
      [good, { examples: [Array(16).fill(3)] }, good].map(async (body) => (await post('/score', body)).status),
    )
    expect(statuses).toEqual([200, 400, 200])
  })
})

describe('limits', () => {
  test('a request that finds the queue full is asked to come again', async () => {
    const { ask } = served({ mostWaiting: 2, mostJoined: 1 })
    await ask('/models')
    const responses = await Promise.all(Array.from({ length: 8 }, () => ask('/sample')))
    expect(responses.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2)
    const refused = responses.filter(({ status }) => status === 503)
    expect(refused.length).toBeGreaterThan(0)
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  })

  test('a client that sends too many requests is refused, another one is not', async () => {
    const { ask } = served({
      rateLimit: { requestsPerMinute: 2, client: ({ headers }) => headers.get('x-client') ?? '' },
    })
    const from = (client: string) => ask('/models', { headers: { 'x-client': client } })
    const statuses = [await from('a'), await from('a'), await from('a'), await from('b')].map(({ status }) => status)
    expect(statuses).toEqual([200, 200, 429, 200])
  })

  test('a body that does not arrive in time ends the request', async () => {
    const { ask } = served({ bodySeconds: 0.02 })
    const body = new ReadableStream({ pull: () => new Promise(() => {}) })
    const response = await ask('/encode', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(408)
  })

  test('a body without a length is counted as it arrives', async () => {
    const { ask } = served({ mostBytes: 1000 })
    const body = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(400)) })
    const response = await ask('/encode', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
  })

  test('only requests with the token are answered', async () => {
    const { ask } = served({ token: 'secret' })
    const statusWith = async (authorization?: string) =>
      (await ask('/models', authorization === undefined ? {} : { headers: { authorization } })).status
    expect([
      await statusWith(),
      await statusWith('Bearer secre'),
      await statusWith('Bearer secret'),
      await statusWith('Basic secret'),
    ]).toEqual([401, 401, 200, 401])
    const open = await Promise.all(
      ['/', '/page.js', '/healthz', '/readyz'].map(async (path) => (await ask(path)).status),
    )
    expect(open).toEqual([200, 200, 200, 200])
  })
})

test('a request that is aborted leaves the queue', async () => {
  const records: LogRecord[] = []
  const { handler, ask } = served({ mostJoined: 1, log: (record) => records.push(record) })
  await ask('/models')
  const stop = new AbortController()
  const [first, aborted] = [ask('/sample'), handler(new Request('http://127.0.0.1/sample', { signal: stop.signal }))]
  stop.abort()
  await Promise.all([first, aborted])
  const text = await (await ask('/metrics')).text()
  expect(text).toContain('ae_joined_requests_total{model="pictures"} 1\n')
  expect(text).toContain('ae_waiting_requests 0\n')
})

test('each request is a record of the log', async () => {
  const records: LogRecord[] = []
  const { ask } = served({ log: (record) => records.push(record) })
  await ask('/sample?count=3')
  expect(records).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'info',
      event: 'request',
      method: 'GET',
      path: '/sample',
      status: 200,
      seconds: expect.any(Number),
      model: 'pictures',
      operation: 'sample',
      rows: 3,
      client: undefined,
    },
  ])
})

test('figures are in the form of Prometheus', async () => {
  const { ask } = served()
  await ask('/sample?count=3')
  const lines = (await (await ask('/metrics')).text()).trim().split('\n')
  for (const line of lines)
    expect(line).toMatch(/^(# (HELP|TYPE) ae_\w+ .+|ae_\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [\d.e+-]+)$/)
  expect(lines).toContain('ae_requests_total{model="pictures",operation="sample",status="200"} 1')
  expect(lines).toContain('ae_rows_total{model="pictures",operation="sample"} 3')
  expect(lines).toContain('ae_request_seconds_bucket{model="pictures",operation="sample",le="+Inf"} 1')
})

test('a handler lives below a path', async () => {
  const { ask } = served({ basePath: '/api/ae' })
  expect((await ask('/api/ae/models')).status).toBe(200)
  expect((await ask('/api/ae/models/pictures/sample')).status).toBe(200)
  expect((await ask('/models')).status).toBe(404)
  expect((await ask('/api/ae')).headers.get('location')).toBe('ae/')
})

test('a handler is mounted in Hono', async () => {
  const app = new Hono().mount('/ae', createHandler(pictures))
  const { ask } = asking(async (request) => app.fetch(request))
  expect((await ask('/ae/sample?count=2&format=png')).headers.get('content-type')).toBe('image/png')
  expect((await ask('/ae/models/model')).status).toBe(200)
  expect((await ask('/ae/')).headers.get('content-security-policy')).toContain("default-src 'none'")
})

test.each([
  ['what is not a model', () => createHandler({} as Models)],
  ['a name with a slash', () => createHandler({ 'a/b': pictures })],
  ['an unknown option', () => createHandler(pictures, { tokens: 'x' } as HandlerOptions)],
  ['a sampler of no model', () => createHandler(pictures, { samplers: { other: pictures } })],
])('%s is refused', (_, make) => {
  expect(make).toThrow(/`createHandler`/)
})
