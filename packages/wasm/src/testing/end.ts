// A program that computes on four threads and then ends in the way that its argument names.
import { matMul, ones, removeBackend } from '@tensorflow/tfjs-core'
import { wasmBackend } from '../index.ts'

const { device } = await wasmBackend({ threads: 4 }).activate()
const [value] = matMul(ones([300, 300]), ones([300, 300])).dataSync()
process.stdout.write(`${device}, ${value}`)

switch (process.argv[2]) {
  case 'exit':
    process.exit(3)
    break
  case 'error':
    throw new Error('of the test')
  case 'sleep': // longer than threads wait before they fall asleep
    await new Promise((wake) => setTimeout(wake, 300))
    break
  case 'remove':
    removeBackend('wasm')
}
