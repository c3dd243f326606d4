// A worker that trains the tiny model, and can be made to fail in several ways by the name of its data.
import { adam, cosine, type Dataset, DatasetError, type Trace } from '@ae/core'
import { square, sub, sum, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core'
import { adversarialKind } from '../../../core/src/testing/adversarial-model.ts'
import { tinyData } from '../../../core/src/testing/tiny-model.ts'
import { wasm } from '../index.ts'
import { serveTraining } from '../worker/serve-training.ts'
import { mortal } from './mortal-cpu.ts'
import { labelledKind, tinyKind } from './tiny-kind.ts'

const endsIn = (end: () => unknown): Dataset => ({
  ...tinyData(),
  async *batches(options) {
    for await (const batch of tinyData().batches(options)) {
      yield batch
      if (options.epoch === 1) await end()
    }
  },
})

serveTraining({
  models: [tinyKind, labelledKind, adversarialKind],
  backends: location.search.includes('mortal') ? [mortal, wasm] : [wasm],
  data: {
    tiny: () => tinyData(),
    missing: () => {
      throw new DatasetError('`mnist` found nothing.', { facts: { Cache: 'empty' }, fix: 'serve the files' })
    },
    closing: () => endsIn(() => self.close()),
    hanging: () => endsIn(() => new Promise(() => {})),
    losing: () => endsIn(() => mortal.lose()),
  },
  objectives: {
    squared: ({ output, target }: Trace) => ({ squared: sum<Tensor1D>(square(sub(output, target as Tensor)), 1) }),
  },
  optimizers: { cooling: adam({ learningRate: cosine({ from: 0.01, to: 0.001, steps: 15 }) }) },
  onEpoch({ model, report, canvas }) {
    const context = canvas?.getContext('2d')
    if (!context) return
    context.fillStyle = `rgb(${report.epoch} ${Object.keys(model.variables).length} 7)`
    context.fillRect(0, 0, 1, 1)
  },
})
