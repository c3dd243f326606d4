import { expect, test } from 'vitest'
import * as logs from './index.ts'

test('the public names of @ae/logs', () => {
  expect(Object.keys(logs).sort()).toMatchInlineSnapshot(`
    [
      "consoleLog",
      "csvLog",
      "jsonLines",
      "tensorBoard",
      "tfjsCallbacks",
    ]
  `)
})
