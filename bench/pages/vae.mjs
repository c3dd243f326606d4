// train-vae.mjs in a page; the settings come from the page's address, the digits from a file next to it.
import { trainVae } from '../programs/train-vae.mjs'

const settings = JSON.parse(decodeURIComponent(location.search.slice(1)))
const digits = await (await fetch('digits')).arrayBuffer()
const result = await trainVae(digits, settings)
console.log(JSON.stringify({ ...result, isolated: crossOriginIsolated }))
document.title = 'ended'
