import { spectral, tensor1d } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { wasm } from '../index.ts'
import { expectNoLeak } from '../testing/kernel-calls.ts'

beforeAll(() => wasm.activate())

test('a Fourier transform is refused with what to do instead', () => {
  const x = tensor1d([1, 2, 3])
  expectNoLeak(() => {
    expect(() => spectral.rfft(x)).toThrowErrorMatchingInlineSnapshot(`
      [AutoencoderError: \`complex\` and what needs it, such as \`spectral.rfft\`, cannot run on the wasm backend.

      Fix: use another backend, or keep real and imaginary parts in two tensors: a Fourier transform is a product with the matrices of cosines and of sines]
    `)
  })
})
