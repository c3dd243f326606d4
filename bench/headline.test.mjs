import { expect, test } from 'vitest'
import { headline } from './headline.mjs'

const row = (contender, oursIsTimes, peakMemoryMiB, network = 'vae') => ({
  ...{ network, batchSize: 128, contender, oursIsTimes, peakMemoryMiB },
})
const result = {
  machine: { cores: 2, node: '24.1.0' },
  training: [
    row('PyTorch eager, all threads', 9, 1, 'autoencoder'),
    row('@ae, all threads', 1, 100),
    row('@ae, 1 thread', 1, 90),
    row('@ae with 128 bits, all threads', 1.25, 100),
    row('@ae with 128 bits, 1 thread', 2, 90),
    row('PyTorch eager, all threads', 1.5, 400),
    row('PyTorch eager, 1 thread', 1.4, 400),
    row('JAX jit, all threads', 1.2, 400),
    row('JAX jit, 1 thread', 0.9, 400),
    row('stock tfjs wasm, 1 thread', 20, 150),
  ],
  coldStart: [{ contender: '@ae, all threads', p50: 99.6 }],
}

test('the README states what was measured for the VAE at batch 128', () => {
  expect(headline(result).join(' ')).toMatchInlineSnapshot(
    `"On 2 cores with Node 24 and no native code installed, the tutorial's VAE trains 1.5 times as fast as in eager PyTorch and 1.2 times as fast as in compiled JAX, with 25% of PyTorch's peak memory. On one core it trains 1.4 and 0.9 times as fast, and 20 times as fast as on TensorFlow.js's own WebAssembly backend. Importing the packages, loading a saved model and drawing 64 images takes 99.6 ms. With 128-bit SIMD, which is all that browsers and Node 20 and 22 offer, training runs at 80% of that speed, and at 50% on one core."`,
  )
})

test('the README keeps its text when a contender it names was not measured', () => {
  for (const missing of result.training.filter(({ network }) => network === 'vae')) {
    const training = result.training.filter((one) => one !== missing)
    expect(headline({ ...result, training }), missing.contender).toBeUndefined()
  }
  expect(headline({ ...result, coldStart: [] })).toBeUndefined()
})
