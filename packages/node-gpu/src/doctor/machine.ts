// The computer, its Node, and its NVIDIA GPUs.
import { builtin } from '../tensorflow/builtin.ts'
import type { Machine, NvidiaGpu } from './diagnosis.ts'

/** What this process runs on. */
export function describeMachine(): Machine {
  const { availableParallelism, cpus, totalmem } = builtin('node:os')
  return {
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    processor: (cpus()[0]?.model ?? 'unknown').replaceAll(/\s+/g, ' ').trim(),
    threads: availableParallelism(),
    memoryBytes: totalmem(),
    nvidiaGpus: nvidiaGpus(),
  }
}

function nvidiaGpus(): NvidiaGpu[] {
  const columns = ['name', 'driver_version', 'memory.total']
  const parameters = [`--query-gpu=${columns}`, '--format=csv,noheader,nounits']
  const { status, stdout } = builtin('node:child_process').spawnSync('nvidia-smi', parameters, {
    encoding: 'utf8',
    timeout: 10_000,
  })
  return status === 0 ? parseGpus(stdout) : []
}

/** Lines such as `NVIDIA H200, 580.95.05, 143771`, the last in MiB. */
export function parseGpus(lines: string): NvidiaGpu[] {
  return lines
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 3)
    .map(([name = '', driver = '', mebibytes]) => ({ name, driver, memoryBytes: Number(mebibytes) * 2 ** 20 }))
}
