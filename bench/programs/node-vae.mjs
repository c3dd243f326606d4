// node node-vae.mjs SETTINGS: train-vae.mjs in Node; one line of JSON.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { train } from '@ae/core'
import { report, settings } from './measure.mjs'
import { trainVae } from './train-vae.mjs'

report(await trainVae(train, readFileSync(join(settings.data, 'train-images-idx3-ubyte')), settings))
