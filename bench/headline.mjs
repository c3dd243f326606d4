// The README's section on speed, generated from a run of `pnpm bench` so that no figure is typed by hand.
import { rounded } from './statistics.mjs'

/**
 * @param result what `pnpm bench` stores
 * @returns the lines of the README's section `speed`; undefined when a contender they name was not measured
 */
export function headline({ machine, training, coldStart }) {
  const ofVae = (contender) =>
    training.find((row) => row.network === 'vae' && row.batchSize === 128 && row.contender === contender)
  const rows = ['@ae', '@ae with 128 bits', 'PyTorch eager', 'JAX jit'].flatMap((name) => [
    ofVae(`${name}, all threads`),
    ofVae(`${name}, 1 thread`),
  ])
  const [own, , narrow, narrowAlone, torch, torchAlone, jax, jaxAlone] = rows
  const stock = ofVae('stock tfjs wasm, 1 thread')
  const cold = coldStart.find(({ contender }) => contender === own?.contender)
  if ([...rows, stock, cold].includes(undefined)) return undefined
  const percent = (share) => `${Math.round(100 * share)}%`
  const memory = percent(own.peakMemoryMiB / torch.peakMemoryMiB)
  const partOf = ({ oursIsTimes }) => percent(1 / oursIsTimes)
  return [
    `On ${machine.cores} cores with Node ${machine.node.split('.')[0]} and no native code installed, the tutorial's VAE trains ${torch.oursIsTimes} times as fast as in eager PyTorch`,
    `and ${jax.oursIsTimes} times as fast as in compiled JAX, with ${memory} of PyTorch's peak memory. On one core it trains ${torchAlone.oursIsTimes} and ${jaxAlone.oursIsTimes} times as`,
    `fast, and ${stock.oursIsTimes} times as fast as on TensorFlow.js's own WebAssembly backend. Importing the packages, loading a saved model`,
    `and drawing 64 images takes ${rounded(cold.p50)} ms. With 128-bit SIMD, which is all that browsers and Node 20 and 22 offer, training runs`,
    `at ${partOf(narrow)} of that speed, and at ${partOf(narrowAlone)} on one core.`,
  ]
}
