// What the README says about speed, from a run of `pnpm bench`: nobody types those figures.
import { rounded } from './statistics.mjs'

/**
 * @param result what `pnpm bench` keeps
 * @returns the lines of the README's section `speed`; undefined when somebody whom they name did not take part
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
  const memory = (own.peakMemoryMiB / torch.peakMemoryMiB).toFixed(2)
  const partOf = ({ oursIsTimes }) => (1 / oursIsTimes).toFixed(2)
  return [
    `On ${machine.cores} cores with Node ${machine.node.split('.')[0]}, and nothing native installed, the tutorial's VAE trains ${torch.oursIsTimes} times as fast as with eager`,
    `PyTorch and ${jax.oursIsTimes} times as fast as with compiled JAX, in ${memory} of PyTorch's memory; on one core ${torchAlone.oursIsTimes} and ${jaxAlone.oursIsTimes} times, and`,
    `${stock.oursIsTimes} times as fast as with TensorFlow.js's own WebAssembly. From import to 64 images of a saved model it takes ${rounded(cold.p50)} ms.`,
    `With vectors of half the width, which is what pages and Node 20 and 22 have, it trains at ${partOf(narrow)} of that speed, on one core`,
    `at ${partOf(narrowAlone)}.`,
  ]
}
