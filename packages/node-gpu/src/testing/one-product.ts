// A program that computes one product on WebGPU and ends: by itself, or as its argument says; after `thread`, in a thread.
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { selectBackend } from '@ae/core'
import { matMul, ones } from '@tensorflow/tfjs-core'
import { webgpu } from '../webgpu.ts'

const [how, ...rest] = process.argv.slice(2)
if (how === 'thread') {
  const thread = new Worker(fileURLToPath(import.meta.url), { argv: rest })
  thread.on('error', ({ message }) => console.log(message))
  thread.on('exit', (code) => console.log(`thread ${code}`))
} else {
  const { name } = await selectBackend(webgpu)
  const product = matMul(ones([16, 8]), ones([8, 16]))
  const reading = product.data()
  if (how === 'exit') process.exit(3)
  if (how === 'throw') throw new Error('on purpose')
  console.log(name, (await reading)[0])
}
