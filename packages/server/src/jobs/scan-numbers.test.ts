import { describe, expect, test } from 'vitest'
import { readNumbers } from './read-numbers.ts'
import { scanNumbers } from './scan-numbers.ts'

const shape = [2, 3]
const bytes = (text: string) => new TextEncoder().encode(text)
const rows = (row: string) => `{"examples":[${row},[1,2,3,4,5,6]]}`

describe('numbers of a JSON body', () => {
  test.each([
    rows('[0,1,-2,0.5,-0.25,100]'),
    rows('[-0,0.0,-0.0,123456789012345,0.12345678901234,1.5]'),
    rows('[0.1,0.2,0.3,9007199254740993,3.4028234e38,1e-45]'),
    rows('[1E2,1e+2,1e-2,0.30000000000000004,0.1234567890123456789,12345678901234567890]'),
    ' \r\n{ "examples" :\t[ [ [ 1 , 2 , 3 ] , [ 4,5,6 ] ] ] } \n',
    '{"examples":[[1,2,3,4,5,6]]}',
    '{"examples":[[1,2,3,4,5,6]],"samples":3,"kind":"reconstruction"}',
    `{"examples":[${Array.from({ length: 40 }, (_, i) => JSON.stringify(Array.from({ length: 6 }, (_, j) => (Math.sin(7 * i + j) * 10 ** (i - 20)) / 3)))}]}`,
  ])('are those of JSON.parse: %s', (text) => {
    const { examples, ...rest } = JSON.parse(text)
    const scanned = scanNumbers(bytes(text), 'examples', shape)
    expect(scanned).toEqual({ numbers: readNumbers('score', 'examples', examples, shape), rest })
  })

  test.each([
    '',
    '[]',
    'null',
    '{"examples":[]}',
    '{"examples":[[1,2,3],[4,5,6]]}', // one row
    '{"examples":[[1,2,3,4,5]]}',
    '{"examples":[[1,2,3,4,5,6,7]]}',
    '{"examples":[[1,2,3,4,5,6],[1,2]]}',
    '{"examples":[[[1,2],[3,4],[5,6]]]}',
    '{"examples":[[1,2,3,4,5,"6"]]}',
    '{"examples":[[1,2,3,4,5,null]]}',
    '{"examples":[[1,2,3,4,5,6,]]}',
    '{"examples":[[1,2,3,4,5,6],]}',
    '{"examples":[[1,2,3,4,5,06]]}',
    '{"examples":[[1,2,3,4,5,6.]]}',
    '{"examples":[[1,2,3,4,5,.6]]}',
    '{"examples":[[1,2,3,4,5,+6]]}',
    '{"examples":[[1,2,3,4,5,-]]}',
    '{"examples":[[1,2,3,4,5,1e]]}',
    '{"examples":[[1,2,3,4,5,1e39]]}',
    '{"examples":[[1,2,3,4,5,6 7]]}',
    '{"examples":[[1,2,3,4,5,6]',
    '{"examples":[[1,2,3,4,5,6]]',
    '{"examples":[[1,2,3,4,5,6]],}',
    '{"examples":[[1,2,3,4,5,6]]"kind":1}',
    '{"examples":[[1,2,3,4,5,6]]}}',
    '{"examples":[[1,2,3,4,5,6]],"examples":[[6,5,4,3,2,1]]}',
    '{"examples":[[1,2,3,4,5,6]],"rows":[]}',
    '{"kind":"reconstruction","examples":[[1,2,3,4,5,6]]}',
    '{"codes":[[1,2,3,4,5,6]]}',
  ])('of any other form are left to JSON.parse: %s', (text) => {
    expect(scanNumbers(bytes(text), 'examples', shape)).toBeUndefined()
  })
})
