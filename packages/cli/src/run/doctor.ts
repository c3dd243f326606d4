// The program of `ae doctor`.
import { readFile } from 'node:fs/promises'
import { cacheFolder, placeOfData } from '@ae/datasets/internal'
import { version_core } from '@tensorflow/tfjs-core'
import { version } from '../../package.json'
import { backendNames, datasetNames } from '../flags.ts'
import { inColumns, type Row, widthOf } from '../in-columns.ts'
import { inFlags } from '../in-flags.ts'
import { tryBackends } from '../try-backends.ts'
import type { Run } from '../verb.ts'

/** Reports what is here. */
export const run: Run = async ({ json }, { stdout }) => {
  const { machine, candidates } = await tryBackends(backendNames, 0.05)
  const backends = candidates.map(({ name, status, device, reason, fix, packages }) => ({
    name,
    status,
    device,
    reason,
    fix: fix === null ? null : inFlags(fix, 'doctor'),
    packages,
  }))
  const features = await processorFeatures()
  const data = await Promise.all(datasetNames.map(async (name) => ({ name, place: (await placeOfData(name)) ?? null })))
  const found = { version, ...machine, features, backends, cacheFolder: cacheFolder(), data, tfjs: version_core }
  if (json) stdout.write(`${JSON.stringify(found, null, 2)}\n`)
  else {
    const { node, platform, processor, threads, memoryBytes, nvidiaGpus } = machine
    const gpus = nvidiaGpus.map(({ name, driver }): Row => ['GPU', `${name}, driver ${driver}`])
    const rows: readonly Row[] = [
      ['ae', `${version}, with TensorFlow.js ${version_core}`],
      ['Node', `${node} on ${platform}`],
      ['Processor', `${processor}, ${threads} threads, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB`],
      ['Features', features.length === 0 ? 'unknown' : features.join(', ')],
      ...gpus,
      ['Cache', found.cacheFolder],
      ...data.map(({ name, place }): Row => [name, place ?? 'not here; downloaded when it is asked for']),
    ]
    const states = backends.map(({ name, status, device, reason, fix }): Row => {
      const cure = fix === null ? '' : ` Fix: ${fix}`
      return [name, status === 'works' ? `works: ${device}` : `${status}: ${reason}.${cure}`, 2]
    })
    stdout.write(`${inColumns(rows, widthOf(stdout))}\nBackends:\n${inColumns(states, widthOf(stdout))}`)
  }
  return backends.some(({ status }) => status === 'works') ? 0 : 1
}

/** What matters for speed, of the flags that Linux lists; none elsewhere. */
const known = ['sse4_1', 'avx', 'avx2', 'fma', 'avx512f', 'avx512_vnni', 'asimd', 'asimddp', 'sve']

async function processorFeatures(): Promise<readonly string[]> {
  const text = await readFile('/proc/cpuinfo', 'utf8').catch(() => '')
  const flags = /^(?:flags|Features)\s*: (.*)$/m.exec(text)?.[1]?.split(' ') ?? []
  return known.filter((name) => flags.includes(name))
}
