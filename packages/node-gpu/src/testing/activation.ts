// A program that activates a backend, computes, and prints what it left behind in the process.
import { selectBackend } from '@ae/core'
import { matMul, ones } from '@tensorflow/tfjs-core'
import { changesOf, surroundings } from '../../../../tooling/library/surroundings.ts'
import { native } from '../tensorflow/native.ts'
import { webgpu } from '../webgpu.ts'

const backend = process.argv[2] === 'native' ? native : webgpu

/** Once the files of modules are closed. */
async function settled() {
  await new Promise((resolve) => setTimeout(resolve, 20))
  return surroundings()
}

const before = await settled()
await backend.isAvailable()
const asked = await settled()
await selectBackend(backend)
const product = matMul(ones([64, 64]), ones([64, 64]))
await product.data()
product.dispose()
console.log(JSON.stringify({ asking: changesOf(before, asked), activating: changesOf(before, await settled()) }))
