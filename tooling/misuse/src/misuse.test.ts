// Every public function with every mistake: it answers with a designed error, and leaves nothing behind.
import * as cli from '@ae/cli'
import * as core from '@ae/core'
import * as internal from '@ae/core/internal'
import * as datasets from '@ae/datasets'
import * as formats from '@ae/formats'
import * as images from '@ae/images'
import * as logs from '@ae/logs'
import * as losses from '@ae/losses'
import * as metrics from '@ae/metrics'
import * as library from '@ae/models'
import * as nodeGpu from '@ae/node-gpu'
import * as server from '@ae/server'
import * as wasm from '@ae/wasm'
import * as web from '@ae/web'
import * as webgpu from '@ae/webgpu'
import { afterAll, describe, expect, test } from 'vitest'
import { answerTo } from './answers.ts'
import type { Call } from './call.ts'
import { likelyMistakes, mistakesIn, randomValues } from './mistakes.ts'
import { combinatorCalls } from './table/combinators.ts'
import { coreCalls, coreWithoutCalls } from './table/core.ts'
import { datasetCalls } from './table/datasets.ts'
import { formatCalls } from './table/formats.ts'
import { logCalls } from './table/logs.ts'
import { lossCalls } from './table/losses.ts'
import { metricCalls } from './table/metrics.ts'
import { modelCalls } from './table/models.ts'
import { optimizerCalls } from './table/optimizers.ts'
import { cliCalls, imageCalls, nodeGpuCalls, wasmCalls, webCalls, webgpuCalls } from './table/others.ts'
import { pictureCalls } from './table/pictures.ts'
import { serverCalls } from './table/server.ts'
import { strays } from './world.ts'

interface Surface {
  readonly exports: object
  readonly calls: readonly Call[]
  /** Exports without a call, and why. */
  readonly without?: Readonly<Record<string, string>>
}

const backend = 'a constant: a backend, whose members take nothing'

const packages: Readonly<Record<string, Surface>> = {
  core: { exports: { ...core, ...internal }, calls: [...coreCalls, ...optimizerCalls], without: coreWithoutCalls },
  losses: {
    exports: losses,
    calls: lossCalls,
    without: { prepareLikelihood: 'refuses nothing: what is not a config has no code to load' },
  },
  models: { exports: library, calls: modelCalls, without: { activations: 'a constant', allModels: 'a constant' } },
  metrics: { exports: metrics, calls: [...metricCalls, ...pictureCalls] },
  formats: { exports: formats, calls: formatCalls },
  datasets: { exports: datasets, calls: [...datasetCalls, ...combinatorCalls] },
  images: { exports: images, calls: imageCalls },
  logs: { exports: logs, calls: logCalls },
  server: { exports: server, calls: serverCalls },
  wasm: { exports: wasm, calls: wasmCalls, without: { wasm: backend } },
  webgpu: { exports: webgpu, calls: webgpuCalls, without: { activeWebgpu: 'takes nothing' } },
  'node-gpu': {
    exports: nodeGpu,
    calls: nodeGpuCalls,
    without: { activeWebgpu: 'takes nothing', cuda: backend, native: backend, webgpu: backend },
  },
  web: {
    exports: web,
    calls: webCalls,
    without: { wasm: backend, webgl: backend, webgpu: backend, wasmBackend: 'the one of @ae/wasm' },
  },
  cli: { exports: cli, calls: cliCalls },
}

const pool = likelyMistakes(strays)
const values = [...pool.values, ...randomValues(30)]
afterAll(() => pool.dispose())

for (const [name, { exports, calls, without = {} }] of Object.entries(packages)) {
  describe(`@ae/${name}`, () => {
    test('has a call for each export, or a reason', () => {
      const covered = new Set([...calls.map(({ name }) => name.split('.')[0]), ...Object.keys(without)])
      expect(Object.keys(exports).filter((name) => !covered.has(name))).toEqual([])
      expect([...covered].filter((name) => name?.includes(' ') === false && !(String(name) in exports))).toEqual([])
    })

    for (const [i, call] of calls.entries()) {
      test(`${call.name} refuses every mistake (${i})`, async () => {
        const wrong: string[] = []
        let made = 0
        for (const mistake of mistakesIn(call, values)) {
          made++
          const answer = await answerTo(call, mistake)
          if (answer === undefined) continue
          wrong.push(`${answer.fault}: ${answer.mistake} -> ${answer.received}`)
        }
        expect(made).toBeGreaterThan(0)
        expect(wrong).toEqual([])
      })
    }
  })
}
