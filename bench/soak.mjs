// `pnpm --filter @ae/bench soak [--minutes 30]`: trains, evaluates, saves, loads and samples again and again, and checks that neither
// tensors nor the memory of the process grow. Prints a line a minute; exits with 1 where something grew.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { evaluate, fit, load, memory, save, selectBackend } from '@ae/core'
import { mnist } from '@ae/datasets'
import { score } from '@ae/metrics'
import { vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { readArguments } from './arguments.mjs'
import { digits as folderOfDigits } from './on-every-core.mjs'

const { values } = readArguments('pnpm --filter @ae/bench soak: whether tensors and memory stay flat; half an hour.', {
  minutes: { help: 'how long', count: true, default: '30' },
})
process.env.AE_DATA_DIR ??= folderOfDigits
await selectBackend(wasm)
const digits = (await mnist({ split: 'train' })).take(2000)
const test = await mnist({ split: 'test', limit: 500 })
const model = vae({ inputShape: digits.shape, latentSize: 20, seed: 1 })

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
const rounds = []
const end = performance.now() + values.minutes * 60_000
let next = performance.now()
for (let round = 0; performance.now() < end; round++) {
  await fit(model, digits, { epochs: 1, seed: round, validation: test, keepBest: true })
  await evaluate(model, test)
  await score(model, test)
  const store = memory()
  await save(model, store)
  const copy = await load(store, vae)
  copy.sample(64, { seed: round }).dispose()
  copy.dispose()
  collectGarbage()
  const { numTensors, numBytes } = tf.memory()
  rounds.push({ round, numTensors, numBytes, resident: process.memoryUsage.rss() })
  if (performance.now() < next) continue
  next += 60_000
  const { resident } = rounds.at(-1)
  console.log(`round ${round}: ${numTensors} tensors, ${numBytes} bytes, ${(resident / 1e6).toFixed(0)} MB resident`)
}

// The first quarter fills caches and lets compilers finish; then the largest of each half is compared.
const settled = rounds.slice(Math.ceil(rounds.length / 4))
const half = Math.floor(settled.length / 2)
const largest = (some, name) => Math.max(...some.map((one) => one[name]))
const growth = (name) => largest(settled.slice(half), name) / largest(settled.slice(0, half), name)
const [tensors, bytes, resident] = ['numTensors', 'numBytes', 'resident'].map(growth)
console.log(
  `${rounds.length} rounds; second half / first half: tensors ${tensors}, bytes ${bytes}, resident ${resident.toFixed(3)}`,
)
process.exitCode = tensors === 1 && bytes === 1 && resident < 1.02 ? 0 : 1
