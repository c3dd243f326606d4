import { expect, test } from 'vitest'
import { laplace } from './laplace.ts'

test('laplace refuses a scale of 0 and a minimum together with a fixed scale', () => {
  expect(() => laplace({ scale: 0 })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`laplace\` received a bad \`scale\`.

    Expected: a finite number above 0, 'shared' or 'perFeature'
    Received: 0
    Fix:      pass a finite number above 0, 'shared' or 'perFeature']
  `)
  expect(() => laplace({ scale: 2, minimumScale: 0.1 } as never)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`laplace\` received a bad \`minimumScale\`.

    Expected: nothing, unless the scale is learned: 'shared' or 'perFeature'
    Received: 0.1
    Fix:      pass nothing, unless the scale is learned: 'shared' or 'perFeature']
  `)
})

test('laplace declares what its decoder emits and what the model shares', () => {
  expect([laplace().parameters, laplace().shared]).toEqual([undefined, undefined])
  expect([laplace({ scale: 'perFeature' }).parameters, laplace({ scale: 'perFeature' }).shared]).toEqual([2, undefined])
  expect([laplace({ scale: 'shared' }).parameters, laplace({ scale: 'shared' }).shared]).toEqual([2, [0]])
})
