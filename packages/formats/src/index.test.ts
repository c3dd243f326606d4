import { expect, test } from 'vitest'
import * as formats from './index.ts'

test('what the package exports', () => {
  expect(Object.keys(formats).sort()).toMatchInlineSnapshot(`
    [
      "readPyTorch",
      "exportOnnx",
    ]
  `)
})
