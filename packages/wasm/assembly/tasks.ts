// Which function runs a task. A kernel that is cut into tasks leaves its arguments in the team's block and names its kind.
import { adamTask } from './adam'
import { convolveTask, convolveTransposedTask, packFilterTask } from './convolution'
import { addPartsTask, convolutionGradientTask } from './convolution-gradient'
import { activationGradientTask, biasActivationTask, columnSumsTask } from './dense'
import { lossGradientTask, lossTask } from './losses'
import { multiplyTask, packTask } from './matmul'
import { maxPoolGradientTask } from './pooling'
import { normalsTask, uniformsTask } from './random'
import { repeatBlocksTask } from './tile'
import { unaryTask } from './unary'

export const PACK: i32 = 0
export const MULTIPLY: i32 = 1
export const BIAS_ACTIVATION: i32 = 2
export const ACTIVATION_GRADIENT: i32 = 3
export const COLUMN_SUMS: i32 = 4
export const ADAM: i32 = 5
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

/** Runs task number `task` of the job, on thread number `thread`. */
export function runTask(team: usize, kind: i32, task: i32, thread: i32): void {
  switch (kind) {
    case PACK: return packTask(team, task, thread)
    case MULTIPLY: return multiplyTask(team, task, thread)
    case BIAS_ACTIVATION: return biasActivationTask(team, task)
    case ACTIVATION_GRADIENT: return activationGradientTask(team, task)
    case COLUMN_SUMS: return columnSumsTask(team, task)
    case ADAM: return adamTask(team, task)
    case LOSS: return lossTask(team, task)
    case LOSS_GRADIENT: return lossGradientTask(team, task)
    case NORMALS: return normalsTask(team, task, thread)
    case UNIFORMS: return uniformsTask(team, task, thread)
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
