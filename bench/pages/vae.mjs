// train-vae.mjs in a page; the settings come from the page's address, the digits from a file next to it.
import { train } from '@ae/core'
import { trainInWorker } from '@ae/web'
import { trainVae } from '../programs/train-vae.mjs'

const settings = JSON.parse(decodeURIComponent(location.search.slice(1)))
const digits = await (await fetch('digits')).arrayBuffer()
const result = await trainVae(settings.inWorker ? inWorker : train, digits, settings)
console.log(JSON.stringify({ ...result, isolated: crossOriginIsolated }))
document.title = 'ended'

function inWorker(...args) {
  const start = () =>
    new Worker(new URL('./training-worker.mjs', import.meta.url), { type: 'module', name: JSON.stringify(settings) })
  return trainInWorker(start, ...args)
}
