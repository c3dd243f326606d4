import { expect, test } from 'vitest'
import { formatOfAnswer, formatOfBody } from './negotiate.ts'

test.each([
  [undefined, 'json'],
  ['*/*', 'json'],
  ['image/png', 'png'],
  ['image/*', 'png'],
  ['image/avif,image/webp,image/png,*/*;q=0.8', 'png'],
  ['application/json;q=0.5, application/x-npy', 'npy'],
  ['application/json;q=0, */*', 'npy'],
  ['APPLICATION/X-SAFETENSORS ; q=1', 'safetensors'],
  ['text/html', undefined],
  ['application/json;q=oops', undefined],
] as const)('Accept: %s gets %s', (accept, format) => {
  expect(formatOfAnswer(accept, ['json', 'npy', 'safetensors', 'png'])).toBe(format)
})

test.each([
  ['application/json; charset=utf-8', 'json'],
  ['image/jpg', 'jpeg'],
  ['Application/X-NPY', 'npy'],
  ['multipart/form-data', undefined],
  ['', undefined],
])('Content-Type: %s is %s', (contentType, format) => {
  expect(formatOfBody(contentType)).toBe(format)
})
