// A program that activates `wasm` on as many threads as its first argument says, and then does what its second one says.
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { selectBackend } from '@ae/core'
import { engine, env, matMul, ones, removeBackend, setBackend } from '@tensorflow/tfjs-core'
import { changesOf, surroundings } from '../../../../tooling/library/surroundings.ts'
import { wasmBackend } from '../index.ts'

const [threads, task = ''] = process.argv.slice(2)

async function activate(): Promise<void> {
  await selectBackend(wasmBackend({ threads: Number(threads) }))
  const product = matMul(ones([64, 64]), ones([64, 64]))
  await product.data()
  product.dispose()
}

const own = () => {}

/** Node closes the file of a module that it has loaded a little later, which keeps the process alive so long. */
const filesAreClosed = () => new Promise((resolve) => setTimeout(resolve, 20))

const tasks: Record<string, () => unknown> = {
  async report() {
    process.on('uncaughtException', own).on('exit', own)
    await filesAreClosed()
    const { platform } = env()
    const before = new Map([...surroundings(), ['platform.fetch', platform.fetch]])
    await activate()
    await filesAreClosed()
    const after = new Map([...surroundings(), ['platform.fetch', env().platform.fetch]])
    console.log(JSON.stringify(changesOf(before, after)))
  },
  thread() {
    new Worker(fileURLToPath(import.meta.url), { argv: [threads, 'report'] })
  },
  /** Other code adds listeners while tfjs starts. */
  async meanwhile() {
    let [added, isOver] = [0, false]
    process.setMaxListeners(0)
    const other = (async () => {
      while (!isOver) {
        process.on('uncaughtException', () => {})
        added++
        if (added % 100 === 0) await new Promise(setImmediate)
        else await null
      }
    })()
    await activate()
    isOver = true
    await other
    console.log(process.listenerCount('uncaughtException') - added, process.listenerCount('unhandledRejection'))
  },
  /** The backend is made again, and disposed of twice. */
  async again() {
    process.on('uncaughtException', own).on('unhandledRejection', own)
    await activate()
    const made = engine().registryFactory.wasm
    removeBackend('wasm')
    if (made !== undefined) engine().registerBackend('wasm', made.factory, made.priority)
    await setBackend('wasm')
    await activate()
    removeBackend('wasm')
    console.log(process.listeners('uncaughtException')[0] === own, process.listeners('unhandledRejection')[0] === own)
  },
  async serve() {
    process.on('uncaughtException', ({ message }) => console.log(`caught: ${message}`))
    process.on('unhandledRejection', (reason) => console.log(`rejected: ${reason}`))
    await activate()
    setTimeout(() => {
      throw new Error('of a request')
    })
    Promise.reject('of another')
    setTimeout(async () => {
      await activate()
      console.log('still serving')
    }, 50)
  },
  async throw() {
    await activate()
    throw new Error('on purpose')
  },
}

await tasks[task]?.()
