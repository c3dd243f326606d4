// The description of the service as an OpenAPI 3.1 document.
import { type Format, formatsInto, formatsOutOf, type ModelCard, mediaTypes, type Operation } from '../jobs/job.ts'
import { problemType } from '../jobs/problem.ts'

/** What the document says besides the models. */
export interface OpenApiSettings {
  readonly version: string
  readonly basePath: string
  readonly hasToken: boolean
  readonly mostRows: number
}

const summaries: Readonly<Record<Operation, string>> = {
  sample: 'New examples. The same seed gives the same bytes.',
  encode: 'The code of each example.',
  decode: 'The example of each code.',
  reconstruct: 'What the model makes of each example.',
  score: 'How unusual each example is to the model: higher is more unusual.',
}

const integer = (minimum: number, description: string) => ({ type: 'integer', minimum, description })
const fields = {
  seed: integer(0, 'The same seed gives the same bytes. Defaults to 0.'),
  temperature: {
    type: 'number',
    minimum: 0,
    description: 'The standard deviation that latents are drawn with. Defaults to 1.',
  },
  draw: {
    type: 'boolean',
    description: 'Draws from the distribution instead of its mean. Defaults to true for tables, else to false.',
  },
  columns: integer(1, 'Pictures in a row of the grid.'),
  scale: { ...integer(1, 'Pixels for each pixel of a picture.'), maximum: 16 },
  kind: {
    enum: ['reconstruction', 'negativeElbo'],
    description: 'Which score. Defaults to negativeElbo where the model has one.',
  },
  samples: integer(1, 'Codes that are drawn for each example. Defaults to none: the mean is used.'),
}

/** The document. */
export function openApi(
  cards: readonly ModelCard[],
  { version, basePath, hasToken, mostRows }: OpenApiSettings,
): object {
  const get = (summary: string, contentType: string, schema: object = {}) => ({
    get: {
      summary,
      responses: { 200: { description: summary, content: { [contentType]: { schema } } }, default: problem },
    },
  })
  const paths = Object.fromEntries(
    cards.flatMap((card, index) =>
      card.operations.flatMap((operation) => {
        const item = itemOf(card, operation, mostRows)
        const own = [`/models/${encodeURIComponent(card.name)}/${operation}`, item] as const
        return index === 0 ? [own, [`/${operation}`, itemOf(card, operation, mostRows, 'default')] as const] : [own]
      }),
    ),
  )
  return {
    openapi: '3.1.0',
    info: {
      title: 'Models of @ae',
      version,
      description: 'Trained autoencoders: sample, encode, decode, reconstruct and score.',
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    ...(hasToken ? { security: [{ token: [] }] } : {}),
    paths: {
      '/models': get('The models, and what each can do.', 'application/json', { type: 'object' }),
      '/models/{name}': {
        parameters: [{ name: 'name', in: 'path', required: true, schema: { enum: cards.map(({ name }) => name) } }],
        ...get('One of them.', 'application/json', { type: 'object' }),
      },
      ...paths,
      '/healthz': open(get('Whether the server runs.', 'text/plain')),
      '/readyz': open(get('Whether models compute.', 'text/plain')),
      '/metrics': get('Figures for Prometheus.', 'text/plain'),
    },
    components: {
      schemas: {
        Problem: {
          type: 'object',
          description: 'RFC 9457',
          required: ['status', 'title', 'detail'],
          properties: {
            type: { type: 'string' },
            status: { type: 'integer' },
            title: { type: 'string' },
            detail: { type: 'string' },
            expected: { type: 'string', description: 'What would have been right.' },
            received: { type: 'string' },
            fix: { type: 'string', description: 'What the client can do about it.' },
            retryAfter: { type: 'integer', description: 'Seconds.' },
          },
        },
      },
      ...(hasToken ? { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  }
}

const problem = {
  description: 'What is wrong.',
  content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** A path that needs no token. */
function open({ get }: { readonly get: object }): object {
  return { get: { ...get, security: [] } }
}

function itemOf(card: ModelCard, operation: Operation, mostRows: number, prefix = card.name): object {
  const own = parametersOf(card, operation, mostRows)
  const bodies = formatsInto(card, operation)
  const request = {
    operationId: `${prefix}_${operation}`.replace(/\W/g, '_'),
    summary: summaries[operation],
    parameters: Object.entries(own).map(([name, schema]) => ({
      name,
      in: 'query',
      schema,
      ...(name === 'labels' ? { style: 'form', explode: false } : {}),
    })),
    responses: {
      200: {
        description: summaries[operation],
        content: contents(formatsOutOf(card, operation), outputOf(card, operation)),
      },
      default: problem,
    },
  }
  const requestBody = { required: operation !== 'sample', content: contents(bodies, inputOf(card, operation, own)) }
  const post = { ...request, requestBody }
  return operation === 'sample'
    ? { get: request, post: { ...post, operationId: `${post.operationId}_post` } }
    : { post }
}

function contents(formats: readonly Format[], json: object): object {
  return Object.fromEntries(formats.map((format) => [mediaTypes[format], format === 'json' ? { schema: json } : {}]))
}

function parametersOf(
  { classes, classNames }: ModelCard,
  operation: Operation,
  mostRows: number,
): Record<string, object> {
  const { seed, temperature, draw, columns, scale, kind, samples } = fields
  const label = {
    anyOf: [{ type: 'integer', minimum: 0, maximum: (classes ?? 1) - 1 }, { enum: classNames ?? [] }].slice(
      0,
      classNames === undefined ? 1 : 2,
    ),
  }
  const labels = classes === undefined ? {} : { label, labels: { type: 'array', items: label, minItems: 1 } }
  const count = {
    type: 'integer',
    minimum: 1,
    maximum: mostRows,
    description: 'How many. Defaults to 1, or one for each label.',
  }
  const picture = { columns, scale }
  const byOperation = {
    sample: { count, seed, temperature, draw, ...picture },
    encode: {},
    decode: picture,
    reconstruct: picture,
    score: { kind, samples, seed },
  }
  return { ...byOperation[operation], ...labels }
}

function inputOf(card: ModelCard, operation: Operation, parameters: Record<string, object>): object {
  const data =
    operation === 'sample'
      ? {}
      : operation === 'decode'
        ? { codes: lists([card.codeSize]) }
        : { examples: lists(card.inputShape), ...(card.columns === undefined ? {} : { rows: rowsOf(card) }) }
  const required = Object.keys(data).length === 1 ? { required: Object.keys(data) } : {}
  return { type: 'object', properties: { ...data, ...parameters }, ...required }
}

function outputOf(card: ModelCard, operation: Operation): object {
  const properties =
    operation === 'score'
      ? { scores: lists([]), threshold: { type: 'number' }, anomalies: { type: 'array', items: { type: 'boolean' } } }
      : operation === 'encode'
        ? { codes: lists([card.codeSize]), shape: { type: 'array', items: { type: 'integer' } } }
        : card.columns === undefined
          ? { examples: lists(card.inputShape), shape: { type: 'array', items: { type: 'integer' } } }
          : { rows: rowsOf(card) }
  return { type: 'object', properties }
}

/** Nested lists of numbers, one for each example. */
function lists(shape: readonly number[]): object {
  const [length, ...inner] = shape
  const items =
    length === undefined ? { type: 'number' } : { ...(lists(inner) as object), minItems: length, maxItems: length }
  return { type: 'array', items }
}

function rowsOf({ columns = {} }: ModelCard): object {
  const types: Readonly<Record<string, readonly string[]>> = {
    number: ['number', 'null'],
    boolean: ['boolean', 'null'],
  }
  const properties = Object.fromEntries(
    Object.entries(columns).map(([name, kind]) => [name, { type: types[kind] ?? ['string', 'null'] }]),
  )
  return { type: 'array', items: { type: 'object', properties } }
}
