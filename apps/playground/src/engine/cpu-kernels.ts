// tfjs's backend in JavaScript with the kernels alone that a dense VAE needs to draw, encode and be scored: a fifth of the whole. The
// test of the first view runs all of it on these.

import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu'
import { _fusedMatMulConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/_FusedMatMul'
import { absConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Abs'
import { addConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Add'
import { castConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Cast'
import { concatConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Concat'
import { expConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Exp'
import { expandDimsConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/ExpandDims'
import { identityConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Identity'
import { linSpaceConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/LinSpace'
import { log1pConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Log1p'
import { maxConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Max'
import { maximumConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Maximum'
import { minConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Min'
import { minimumConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Minimum'
import { multiplyConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Multiply'
import { negConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Neg'
import { packConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Pack'
import { reluConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Relu'
import { reshapeConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Reshape'
import { sigmoidConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Sigmoid'
import { sliceConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Slice'
import { squareConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Square'
import { subConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Sub'
import { sumConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Sum'
import { transposeConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Transpose'
import { type KernelConfig, registerBackend, registerKernel } from '@tensorflow/tfjs-core'

const kernels: readonly KernelConfig[] = [
  absConfig,
  addConfig,
  castConfig,
  concatConfig,
  expConfig,
  expandDimsConfig,
  identityConfig,
  linSpaceConfig,
  log1pConfig,
  maxConfig,
  maximumConfig,
  minConfig,
  minimumConfig,
  multiplyConfig,
  negConfig,
  packConfig,
  reluConfig,
  reshapeConfig,
  sigmoidConfig,
  sliceConfig,
  squareConfig,
  subConfig,
  sumConfig,
  transposeConfig,
  _fusedMatMulConfig,
]

/** Registers the backend `cpu`, once. */
export function registerCpu(): void {
  registerBackend('cpu', () => new MathBackendCPU())
  for (const kernel of kernels) registerKernel(kernel)
}
