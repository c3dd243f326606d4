import { uniforms } from '@ae/core'
import { convolutionalArchitecture, vae } from '@ae/models'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { runtimes } from '../testing/onnx-runtimes.ts'
import { exportOnnx } from './export-onnx.ts'

// With one mean over all axes it is not kept in onnxruntime-web: findings/onnxruntime-mean.sh.
test.each(runtimes)('layer normalisation of large feature maps keeps its accuracy in $name', async ({ run }) => {
  await tf.setBackend('cpu')
  const shape = [512, 512, 1] as const
  const architecture = convolutionalArchitecture({ channels: [4], stride: 1, kernelSize: 1, normalization: 'layer' })
  const model = vae({ inputShape: [...shape], latentSize: 1, seed: 1, architecture })
  const data = uniforms('x', {}, 512 * 512).map((value) => value + 5)
  const { code } = await run(await exportOnnx(model, { part: 'encoder' }), { x: { shape: [1, ...shape], data } })
  const own = tf.tidy(() => model.encode(tf.tensor4d(data, [1, ...shape])).dataSync())
  expect(Math.abs((code?.data[0] ?? 0) - (own[0] ?? 0))).toBeLessThan(1e-5)
  model.dispose()
})
