// The memory of a process that trains on a stream far larger than its memory, for docs/guides/stream.md:
// `pnpm --filter @ae/bench stream [gigabytes]`. The examples are made as they are asked for.
import { selectBackend, train } from '@ae/core'
import { fromStream } from '@ae/datasets'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'

const gigabytes = Number(process.argv[2] ?? 10)
const [side, epochs] = [28, 20]
const pixels = side * side
const size = Math.ceil((gigabytes * 1e9) / (4 * pixels))

/** Images of one bright bar each, whose row follows from the image's index; in items of 1024. */
function* imagesFrom(first) {
  for (let index = first; index < size; ) {
    const item = new Float32Array(Math.min(1024, size - index) * pixels)
    for (let start = 0; start < item.length; start += pixels, index++) {
      const row = (Math.imul(index, 0x9e3779b1) >>> 8) % side
      item.fill(0.9, start + row * side, start + (row + 1) * side)
    }
    yield item
  }
}

await selectBackend(wasm)
const data = fromStream(() => imagesFrom(0), {
  shape: [side, side, 1],
  range: { minimum: 0, maximum: 1 },
  size,
  examplesPerEpoch: Math.floor(size / epochs),
  shuffleBuffer: 10_000,
  startAt: imagesFrom,
})
const model = vae({ inputShape: data.shape, latentSize: 4, hidden: [32], seed: 1 })
for await (const { epoch, loss, examplesPerSecond } of train(model, data, { epochs, batchSize: 512, seed: 1 })) {
  const read = ((epoch * data.size * 4 * pixels) / 1e9).toFixed(1)
  const resident = Math.round(process.memoryUsage.rss() / 1e6)
  console.log(`${read} GB  ${resident} MB resident  loss ${loss.total.toFixed(2)}  ${Math.round(examplesPerSecond)}/s`)
}
