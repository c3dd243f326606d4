// The program of `ae bench`.
import { version_core } from '@tensorflow/tfjs-core'
import { version } from '../../package.json'
import { backendNames } from '../flags.ts'
import { inColumns, type Row, widthOf } from '../in-columns.ts'
import { tryBackends } from '../try-backends.ts'
import type { Run } from '../verb.ts'

/** Measures the backends that work. */
export const run: Run = async ({ backend, seconds, json }, { stdout }) => {
  const names = (backend as readonly string[] | undefined) ?? backendNames
  const { machine, candidates } = await tryBackends(names, Number(seconds))
  const { node, platform, processor, threads } = machine
  const backends = candidates.map(({ name, status, device, reason, fix, vaeStep, sampling, matmul }) => ({
    name,
    status,
    device,
    reason,
    fix,
    examplesPerSecond: vaeStep?.examplesPerSecond ?? null,
    imagesPerSecond: sampling?.imagesPerSecond ?? null,
    gigaflopsPerSecond: matmul?.gigaflopsPerSecond ?? null,
  }))
  if (json) {
    const result = { version, node, platform, processor, threads, tfjs: version_core, backends }
    stdout.write(`${JSON.stringify(result, null, 2)}\n`)
  } else {
    const figure = (value: number | null, unit: string) => `${Math.round(value ?? 0).toLocaleString('en-US')} ${unit}`
    const rows = backends.map(({ name, status, device, reason, examplesPerSecond, imagesPerSecond }): Row => {
      const speeds = [figure(examplesPerSecond, 'examples/s trained'), figure(imagesPerSecond, 'images/s sampled')]
      return [name, status === 'works' ? `${speeds.join(', ')} (${device})` : `${status}: ${reason}`]
    })
    stdout.write(
      `ae ${version}, Node ${node} on ${platform}, ${processor}, ${threads} threads, TensorFlow.js ${version_core}\n\n`,
    )
    stdout.write(inColumns(rows, widthOf(stdout)))
  }
  return backends.some(({ status }) => status === 'works') ? 0 : 1
}
