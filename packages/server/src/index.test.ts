import { expect, test } from 'vitest'
import * as server from './index.ts'
import * as node from './node.ts'

test('the public names of @ae/server', () => {
  expect(Object.keys(server).sort()).toMatchInlineSnapshot(`
    [
      "createHandler",
    ]
  `)
})

test('the public names of @ae/server/node', () => {
  expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
    [
      "startServer",
    ]
  `)
})
