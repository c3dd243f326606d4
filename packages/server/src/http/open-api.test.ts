import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import type { ModelCard } from '../jobs/job.ts'
import { openApi } from './open-api.ts'

const card = (name: string, members: Partial<ModelCard>): ModelCard => ({
  name,
  kind: 'vae',
  inputShape: [28, 28, 1],
  codeSize: 2,
  operations: ['sample', 'encode', 'decode', 'reconstruct', 'score'],
  refusals: {},
  classes: undefined,
  classNames: undefined,
  columns: undefined,
  threshold: undefined,
  ...members,
})
const cards = [
  card('digits', {}),
  card('classes', { classes: 3, classNames: ['cat', 'dog', 'owl'] }),
  card('people', { inputShape: [7], columns: { age: 'number', city: 'category' } }),
  card('plain.v2', { operations: ['encode', 'decode'] }),
]

test.each([true, false])('the document is valid OpenAPI 3.1, with a token: %j', async (hasToken) => {
  const document = openApi(cards, { version: '1.0.0', basePath: '/api/ae', hasToken, mostRows: 10 })
  const validator = new Validator()
  expect(await validator.validate(JSON.parse(JSON.stringify(document)))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

test('the document has what each model can do, and the short paths of the first', () => {
  const { paths } = openApi(cards, { version: '1.0.0', basePath: '', hasToken: false, mostRows: 10 }) as {
    paths: object
  }
  expect(Object.keys(paths).filter((path) => /plain|^.\w+$/.test(path))).toEqual([
    '/models',
    '/sample',
    '/encode',
    '/decode',
    '/reconstruct',
    '/score',
    '/models/plain.v2/encode',
    '/models/plain.v2/decode',
    '/healthz',
    '/readyz',
    '/metrics',
  ])
})
