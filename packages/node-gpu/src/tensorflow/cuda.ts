// The `cuda` backend: libtensorflow on an NVIDIA GPU.
import type { Backend } from '@ae/core'
import { assertOptions, flagOption, isNode, nonNegativeInteger } from '@ae/core/internal'
import { tensorflowBackend } from './backend.ts'
import { builtin } from './builtin.ts'
import { quiet } from './native.ts'

/** The options of {@link cudaBackend}. */
export interface CudaOptions {
  /** Which GPU, numbered from 0 as by `nvidia-smi`. Defaults to the last one that CUDA_VISIBLE_DEVICES leaves visible. */
  readonly device?: number | undefined
  /**
   * Whether GPU memory is allocated as needed; if not, libtensorflow takes nearly all of it at once. Defaults to true.
   */
  readonly memoryGrowth?: boolean | undefined
}

/**
 * An NVIDIA GPU through libtensorflow and CUDA, by `@tensorflow/tfjs-node-gpu`: an optional peer, which
 * `npx ae-node-gpu link --package tfjs-node-gpu` gives a libtensorflow of yours.
 *
 * Available only if libtensorflow says that it computes on a GPU and a kernel has run there; without a GPU tfjs-node would
 * silently compute on the CPU.
 *
 * @example
 * ```ts
 * const { device, refused } = await selectBackend(cuda, webgpu, wasm)
 * ```
 */
export const cuda: Backend = /* @__PURE__ */ cudaBackend()

/**
 * {@link cuda} with options.
 *
 * A process loads libtensorflow once, with the options of the first backend that does so.
 *
 * @param options which GPU, and how its memory is allocated
 * @returns a backend for `selectBackend`
 * @throws {OptionError} when an option is unknown or out of range
 */
export function cudaBackend(options: CudaOptions = {}): Backend {
  assertOptions('cudaBackend', options, {
    device: nonNegativeInteger,
    memoryGrowth: flagOption,
  })
  const { device, memoryGrowth = true } = options
  return tensorflowBackend({
    kind: 'cuda',
    environment: {
      CUDA_VISIBLE_DEVICES: device?.toString(),
      // Numbered as by nvidia-smi, not by speed.
      CUDA_DEVICE_ORDER: device === undefined ? undefined : 'PCI_BUS_ID',
      TF_FORCE_GPU_ALLOW_GROWTH: String(memoryGrowth),
      TF_CPP_MIN_LOG_LEVEL: quiet(),
    },
    describe: (version) => `${gpuName()} (CUDA, libtensorflow ${version})`,
  })
}

/** The driver's name of the GPU. With several different GPUs it is not known here which of them computes. */
function gpuName(): string {
  const folder = '/proc/driver/nvidia/gpus'
  const { existsSync, readdirSync, readFileSync } = builtin('node:fs')
  if (!isNode || !existsSync(folder)) return 'NVIDIA GPU'
  const models = readdirSync(folder).map((gpu) => {
    const information = readFileSync(`${folder}/${gpu}/information`, 'utf8')
    return /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim() ?? 'NVIDIA GPU'
  })
  return [...new Set(models)].length === 1 ? (models[0] ?? 'NVIDIA GPU') : 'NVIDIA GPU'
}
