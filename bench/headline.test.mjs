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

test('the README tells what was measured of the VAE at batch 128', () => {
  expect(headline(result).join(' ')).toMatchInlineSnapshot(
    `"On 2 cores with Node 24, and nothing native installed, the tutorial's VAE trains 1.5 times as fast as with eager PyTorch and 1.2 times as fast as with compiled JAX, in 0.25 of PyTorch's memory; on one core 1.4 and 0.9 times, and 20 times as fast as with TensorFlow.js's own WebAssembly. From import to 64 images of a saved model it takes 99.6 ms. With vectors of half the width, which is what pages and Node 20 and 22 have, it trains at 0.80 of that speed, on one core at 0.50."`,
  )
})

test('the README keeps what it says when somebody whom it names did not take part', () => {
  for (const missing of result.training.filter(({ network }) => network === 'vae')) {
    const training = result.training.filter((one) => one !== missing)
    expect(headline({ ...result, training }), missing.contender).toBeUndefined()
  }
  expect(headline({ ...result, coldStart: [] })).toBeUndefined()
})
