import { expect, test } from 'vitest'
import * as webgpu from './index.ts'

test('the public names', () => {
  expect(Object.keys(webgpu)).toMatchInlineSnapshot(`
    [
      "describeAdapter",
      "activateWebgpu",
      "activeWebgpu",
    ]
  `)
})
