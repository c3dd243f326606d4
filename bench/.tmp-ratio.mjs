import { adam, adamW, average, clip, selectBackend, train, uniforms } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasmBackend } from '@ae/wasm'
const threads = Number(process.argv[2]), rounds = Number(process.argv[3])
const optimizers = { adam: adam(), full: average(clip(adamW(), { norm: 1 }), { decay: 0.999 }) }
await selectBackend(wasmBackend({ threads }))
const data = fromArray(uniforms('digits', {}, 6 * 100 * 784), { shape: [28, 28, 1] })
const runs = Object.entries(optimizers).map(([name, optimizer]) => {
  const model = vae({ inputShape: [28, 28, 1], hidden: [500, 500], latentSize: 20, seed: 1 })
  let last; const times = []
  const onProgress = () => { const now = performance.now(); if (last !== undefined) times.push(now - last); last = now }
  const epochs = train(model, data, { epochs: rounds, batchSize: 100, optimizer, onProgress })
  return { name, times, epoch: async () => { last = undefined; await epochs.next() } }
})
const end = Date.now() + 200_000
for (let round = 0; round < rounds && Date.now() < end; round++) for (const run of runs) await run.epoch()
const [a, b] = runs.map(({ times }) => times.sort((x, y) => x - y))
const at = (t, q) => t[Math.floor(q * t.length)].toFixed(2)
for (const q of [0, 0.02, 0.05, 0.1, 0.25, 0.5]) console.log(threads, q, at(a, q), at(b, q), (at(b, q) / at(a, q)).toFixed(3), a.length)
