// Which function runs a task. A kernel that is cut into tasks leaves its arguments in the team's block and names its kind.
import { adamTask } from './adam'
import { bernoulliGradientTask, bernoulliTask } from './bernoulli'
import {
  addPartsTask, convolutionGradientTask, convolveTask, convolveTransposedTask, packFilterTask,
} from './convolution'
import { activationGradientTask, biasActivationTask, columnSumsTask } from './dense'
import { multiplyTask, packTask } from './matmul'
import { normalsTask, uniformsTask } from './random'
import { sumOfSquaresGradientTask, sumOfSquaresTask } from './squares'
import { maxPoolGradientTask } from './pooling'
import { repeatBlocksTask } from './tile'
import { unaryTask } from './unary'

export const PACK: i32 = 0
export const MULTIPLY: i32 = 1
export const BIAS_ACTIVATION: i32 = 2
export const ACTIVATION_GRADIENT: i32 = 3
export const COLUMN_SUMS: i32 = 4
export const ADAM: i32 = 5
export const BERNOULLI: i32 = 6
export const BERNOULLI_GRADIENT: i32 = 7
export const NORMALS: i32 = 8
export const UNIFORMS: i32 = 9
export const SUM_OF_SQUARES: i32 = 10
export const SUM_OF_SQUARES_GRADIENT: i32 = 11
export const PACK_FILTER: i32 = 20
export const CONVOLVE: i32 = 21
export const CONVOLVE_TRANSPOSED: i32 = 22
export const GRADIENT_OF_CONVOLUTION: i32 = 23
export const ADD_PARTS: i32 = 24
export const MAX_POOL_GRADIENT: i32 = 25
export const REPEAT_BLOCKS: i32 = 26
export const UNARY: i32 = 27

/** Runs task number `task` of the job, on thread number `thread`. */
export function runTask(team: usize, kind: i32, task: i32, thread: i32): void {
  switch (kind) {
    case PACK: return packTask(team, task, thread)
    case MULTIPLY: return multiplyTask(team, task, thread)
    case BIAS_ACTIVATION: return biasActivationTask(team, task)
    case ACTIVATION_GRADIENT: return activationGradientTask(team, task)
    case COLUMN_SUMS: return columnSumsTask(team, task)
    case ADAM: return adamTask(team, task)
    case BERNOULLI: return bernoulliTask(team, task)
    case BERNOULLI_GRADIENT: return bernoulliGradientTask(team, task)
    case NORMALS: return normalsTask(team, task, thread)
    case UNIFORMS: return uniformsTask(team, task, thread)
    case SUM_OF_SQUARES: return sumOfSquaresTask(team, task)
    case SUM_OF_SQUARES_GRADIENT: return sumOfSquaresGradientTask(team, task)
    case PACK_FILTER: return packFilterTask(team, task)
    case CONVOLVE: return convolveTask(team, task, thread)
    case CONVOLVE_TRANSPOSED: return convolveTransposedTask(team, task, thread)
    case GRADIENT_OF_CONVOLUTION: return convolutionGradientTask(team, task, thread)
    case ADD_PARTS: return addPartsTask(team, task)
    case MAX_POOL_GRADIENT: return maxPoolGradientTask(team, task)
    case REPEAT_BLOCKS: return repeatBlocksTask(team, task)
    case UNARY: return unaryTask(team, task)
  }
}
