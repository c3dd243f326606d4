import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import '@tensorflow/tfjs-backend-cpu'
import { file, load } from '@ae/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { allModels } from './all-models.ts'
import { models } from './catalogue.ts'

beforeAll(() => tf.setBackend('cpu'))

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url))
const names = readdirSync(folder).filter((name) => name.endsWith('.safetensors'))

test('allModels holds the factory of every model of the package', () => {
  expect(new Set(allModels)).toEqual(new Set(models.map(({ factory }) => factory)))
})

test.each(names)('load with all models takes %s, whatever it holds or wraps', async (name) => {
  const kind = name.replace(/\.checkpoint/, '').replace(/\.safetensors$/, '')
  using model = await load(file(`${folder}${name}`), ...allModels)
  const camel = (text: string) => text.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  expect(camel(kind).startsWith('denoising') ? 'denoisingAutoencoder' : camel(kind)).toContain(model.kind)
})
