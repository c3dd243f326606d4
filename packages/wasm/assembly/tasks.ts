// Which function runs a task. A kernel that is cut into tasks leaves its arguments in the team's block and names its kind.
import { adamTask } from './adam'
import { bernoulliGradientTask, bernoulliTask } from './bernoulli'
import { activationGradientTask, biasActivationTask, columnSumsTask } from './dense'
import { multiplyTask, packTask } from './matmul'
import { normalsTask, uniformsTask } from './random'
import { sumOfSquaresGradientTask, sumOfSquaresTask } from './squares'

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
  }
}
