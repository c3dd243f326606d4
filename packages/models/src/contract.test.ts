// What every model promises, on real digits; the tests of every backend run the same table on small images.
import { registerGradients } from '@ae/core'
import { mnist } from '@ae/datasets'
import '@tensorflow/tfjs-backend-cpu'
import { setBackend } from '@tensorflow/tfjs-core'
import { beforeAll } from 'vitest'
import { describeContract } from './testing/contract.ts'

beforeAll(async () => {
  registerGradients()
  await setBackend('cpu')
})

describeContract({
  inputShape: [28, 28, 1],
  images: () => mnist({ split: 'train', limit: 512 }),
  lowersTo: 0.85,
  training: { batchSize: 64, learningRate: 3e-3 },
})
