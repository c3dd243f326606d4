// The page that maps the names of other libraries to ours: what it names here exists.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as core from '@ae/core'
import * as datasets from '@ae/datasets'
import * as formats from '@ae/formats'
import * as images from '@ae/images'
import * as logs from '@ae/logs'
import * as losses from '@ae/losses'
import * as metrics from '@ae/metrics'
import * as models from '@ae/models'
import { expect, test } from 'vitest'

const page = readFileSync(join(import.meta.dirname, '../../../docs/coming-from.md'), 'utf8')
const exported = new Set([core, datasets, formats, images, logs, losses, metrics, models].flatMap(Object.keys))

test('coming-from.md names only functions that exist here', () => {
  const cells = [...page.matchAll(/^\|[^|]*\|([^|]*)\|/gm)].map(([, cell = '']) => cell)
  const code = cells.flatMap((cell) => [...cell.matchAll(/`([^`]*)`/g)].map(([, text = '']) => text))
  const called = code.flatMap((text) => [...text.matchAll(/(?<![.\w])(\w+)\(/g)].map(([, name = '']) => name))
  const alone = code.filter((text) => /^[a-z]\w+$/.test(text))
  expect(called.length).toBeGreaterThan(50)
  expect(called.filter((name) => !exported.has(name))).toEqual([])
  expect(alone.filter((name) => !exported.has(name) && !members.includes(name))).toEqual([])
})

/** Names of the page that are options, members or terms. */
const members = [
  'decode',
  'embedding',
  'encode',
  'epochs',
  'evaluate',
  'groups',
  'histogram',
  'image',
  'kl',
  'latentSize',
  'learningRate',
  'objective',
  'optimizer',
  'resume',
  'seconds',
  'validation',
  'write',
]
