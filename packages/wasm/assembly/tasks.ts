// Which function runs a task. A kernel that is cut into tasks leaves its arguments in the team's block and names its kind.
import { adamTask } from './adam'
import { bernoulliGradientTask, bernoulliTask } from './bernoulli'
import { activationGradientTask, biasActivationTask, columnSumsTask } from './dense'
import { multiplyTask, packTask } from './matmul'

export const PACK: i32 = 0
export const MULTIPLY: i32 = 1
export const BIAS_ACTIVATION: i32 = 2
export const ACTIVATION_GRADIENT: i32 = 3
export const COLUMN_SUMS: i32 = 4
export const ADAM: i32 = 5
export const BERNOULLI: i32 = 6
export const BERNOULLI_GRADIENT: i32 = 7

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
  }
}
