import { expect, test } from 'vitest'
import * as cli from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(cli).sort()).toMatchInlineSnapshot(`
    [
      "main",
    ]
  `)
})
