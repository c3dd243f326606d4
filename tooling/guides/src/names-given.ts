// Where a piece of a program in the docs has a name from that it neither declares nor imports.
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
import * as wasm from '@ae/wasm'
import * as web from '@ae/web'

/** A name that two packages have, such as `weighted`, comes from the later one. */
const packages = { core, losses, datasets, formats, images, logs, metrics, models, wasm, web }

/** The module of each name: the exports of our packages, and before them what the docs take as given. */
export function namesGiven(): ReadonlyMap<string, string> {
  const exported = Object.entries(packages).flatMap(([name, module]) =>
    Object.keys(module).map((key) => [key, `@ae/${name}`] as const),
  )
  return new Map([...exported, ...contextNames().map((name) => [name, '../src/context.ts'] as const)])
}

/** The names of context.ts, by its text: it is not to run. */
function contextNames(): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, 'context.ts'), 'utf8')
  const exported = [...text.matchAll(/^export (?:declare )?(?:const |\* as )([^=:]*?)(?: from|[=:])/gm)]
  const again = [...text.matchAll(/^export (\{[^}]*\}) from/gm)]
  return [...exported, ...again].flatMap(([, names = '']) => names.match(/\w+/g) ?? [])
}
