// A program that computes one product on WebGPU and ends: by itself, or as its argument says.
import { selectBackend } from '@ae/core'
import { matMul, ones } from '@tensorflow/tfjs-core'
import { webgpu } from '../webgpu.ts'

const { name } = await selectBackend(webgpu)
const product = matMul(ones([16, 8]), ones([8, 16]))
const reading = product.data()
if (process.argv[2] === 'exit') process.exit(3)
if (process.argv[2] === 'throw') throw new Error('on purpose')
console.log(name, (await reading)[0])
