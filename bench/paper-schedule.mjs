// The training schedule of Burda, Grosse and Salakhutdinov, Importance Weighted Autoencoders, 2016, section 5: for i = 0 to 7,
// 3^i passes at the rate 0.001 * 10^(-i / 7), by Adam with betas 0.9 and 0.999 and epsilon 1e-4, in batches of 20.

const stages = 8

/** The number of the stage that a pass, counted from 1, belongs to; -1 for pass 0. */
export function stageOf(pass) {
  let last = 0
  for (let stage = 0; stage < stages; stage++) {
    last += 3 ** stage
    if (pass <= last) return pass === 0 ? -1 : stage
  }
  return stages - 1
}

/** All passes of the schedule: 3,280. */
export const passes = (3 ** stages - 1) / 2

/**
 * Adam's options for batches of another size than 20, by the square root scaling rule (Malladi et al., On the SDEs and Scaling Rules
 * for Adaptive Gradient Algorithms, 2022, definition 5.2): batches k times as large, rates times sqrt(k), 1 - beta times k, and
 * epsilon divided by sqrt(k).
 */
export function scaledAdam({ batchSize, stepsPerPass }) {
  const k = batchSize / 20
  return {
    learningRate: (step) => Math.sqrt(k) * 0.001 * 10 ** (-stageOf(1 + Math.floor(step / stepsPerPass)) / 7),
    beta1: 1 - k * (1 - 0.9),
    beta2: 1 - k * (1 - 0.999),
    epsilon: 1e-4 / Math.sqrt(k),
  }
}
