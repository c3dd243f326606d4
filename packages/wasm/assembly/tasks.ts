// Dispatches tasks to functions. A kernel stores arguments for its tasks and names their kind; only tasks touch tensors.
import { binaryTask } from './binary'
import { byteFractionsTask } from './bytes'
import { convolveTask, convolveTransposedTask, flipFilterTask, packFilterTask } from './convolution'
import { addPartsTask, convolutionGradientTask } from './convolution-gradient'
import { activationGradientTask, biasActivationTask } from './dense'
import { depthwiseFilterGradientTask, depthwiseInputGradientTask } from './depthwise'
import { convolveDepthwiseTask } from './depthwise-convolution'
import {
  gaussianKlGradientTask, gaussianKlTask, reparameterizeGradientTask, reparameterizeTask,
} from './gaussian'
import { lossGradientTask, lossTask } from './losses'
import { multiplyTask, packTask } from './matmul'
import { clipFactorTask, optimizeTask, squaresTask } from './optimize'
import { maxPoolGradientTask, poolTask } from './pooling'
import { bitsTask, normalsTask, permutationTask, uniformsTask } from './random'
import { klSparsityGradientTask, klSparsityTask } from './sparsity'
import { addToTotalsTask, columnSumsTask, roundTotalsTask, rowSumsTask } from './sums'
import { addMeanTask, fillScaledTask } from './terms'
import { repeatBlocksTask } from './tile'
import { unaryTask } from './unary'

export const PACK: i32 = 0
export const MULTIPLY: i32 = 1
export const BIAS_ACTIVATION: i32 = 2
export const ACTIVATION_GRADIENT: i32 = 3
export const COLUMN_SUMS: i32 = 4
export const OPTIMIZE: i32 = 5
export const LOSS: i32 = 6
export const LOSS_GRADIENT: i32 = 7
export const NORMALS: i32 = 8
export const UNIFORMS: i32 = 9
export const PACK_FILTER: i32 = 10
export const CONVOLVE: i32 = 11
export const CONVOLVE_TRANSPOSED: i32 = 12
export const GRADIENT_OF_CONVOLUTION: i32 = 13
export const ADD_PARTS: i32 = 14
export const MAX_POOL_GRADIENT: i32 = 15
export const REPEAT_BLOCKS: i32 = 16
export const UNARY: i32 = 17
export const GAUSSIAN_KL: i32 = 18
export const GAUSSIAN_KL_GRADIENT: i32 = 19
export const REPARAMETERIZE: i32 = 20
export const REPARAMETERIZE_GRADIENT: i32 = 21
export const KL_SPARSITY: i32 = 22
export const KL_SPARSITY_GRADIENT: i32 = 23
export const ADD_MEAN: i32 = 24
export const FILL_SCALED: i32 = 25
export const BYTE_FRACTIONS: i32 = 26
export const FLIP_FILTER: i32 = 27
export const BINARY: i32 = 28
export const ROW_SUMS: i32 = 29
export const ADD_TO_TOTALS: i32 = 30
export const ROUND_TOTALS: i32 = 31
export const POOL: i32 = 32
export const CONVOLVE_DEPTHWISE: i32 = 33
export const DEPTHWISE_FILTER_GRADIENT: i32 = 34
export const DEPTHWISE_INPUT_GRADIENT: i32 = 35
export const PERMUTATION: i32 = 36
export const SQUARES: i32 = 37
export const CLIP_FACTOR: i32 = 38
export const BITS: i32 = 39

/** Runs task number `task` of the job, on thread number `thread`. */
export function runTask(kind: i32, task: i32, thread: i32): void {
  switch (kind) {
    case PACK: return packTask(task, thread)
    case MULTIPLY: return multiplyTask(task, thread)
    case BIAS_ACTIVATION: return biasActivationTask(task)
    case ACTIVATION_GRADIENT: return activationGradientTask(task)
    case COLUMN_SUMS: return columnSumsTask(task, thread)
    case OPTIMIZE: return optimizeTask(task)
    case LOSS: return lossTask(task, thread)
    case LOSS_GRADIENT: return lossGradientTask(task)
    case NORMALS: return normalsTask(task, thread)
    case UNIFORMS: return uniformsTask(task, thread)
    case BITS: return bitsTask(task, thread)
    case PACK_FILTER: return packFilterTask(task)
    case CONVOLVE: return convolveTask(task, thread)
    case CONVOLVE_TRANSPOSED: return convolveTransposedTask(task, thread)
    case GRADIENT_OF_CONVOLUTION: return convolutionGradientTask(task, thread)
    case ADD_PARTS: return addPartsTask(task)
    case MAX_POOL_GRADIENT: return maxPoolGradientTask(task)
    case REPEAT_BLOCKS: return repeatBlocksTask(task)
    case UNARY: return unaryTask(task)
    case GAUSSIAN_KL: return gaussianKlTask(task)
    case GAUSSIAN_KL_GRADIENT: return gaussianKlGradientTask(task)
    case REPARAMETERIZE: return reparameterizeTask(task)
    case REPARAMETERIZE_GRADIENT: return reparameterizeGradientTask(task)
    case KL_SPARSITY: return klSparsityTask()
    case KL_SPARSITY_GRADIENT: return klSparsityGradientTask(task)
    case ADD_MEAN: return addMeanTask()
    case FILL_SCALED: return fillScaledTask(task)
    case BYTE_FRACTIONS: return byteFractionsTask(task)
    case FLIP_FILTER: return flipFilterTask(task)
    case BINARY: return binaryTask(task)
    case ROW_SUMS: return rowSumsTask(task)
    case ADD_TO_TOTALS: return addToTotalsTask(task)
    case ROUND_TOTALS: return roundTotalsTask(task)
    case POOL: return poolTask(task)
    case CONVOLVE_DEPTHWISE: return convolveDepthwiseTask(task)
    case DEPTHWISE_FILTER_GRADIENT: return depthwiseFilterGradientTask(task)
    case DEPTHWISE_INPUT_GRADIENT: return depthwiseInputGradientTask(task)
    case PERMUTATION: return permutationTask(thread)
    case SQUARES: return squaresTask(task)
    case CLIP_FACTOR: return clipFactorTask()
  }
}
