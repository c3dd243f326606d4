// One Adam step (Kingma and Ba 2015, algorithm 1) over one variable.
import { floats, multiplyAdd, read, write } from './vector'

/**
 * newMean = beta1 mean + (1 - beta1) gradient, newSquare = beta2 square + (1 - beta2) gradient^2,
 * newParameter = parameter - stepSize newMean / (rootCorrection sqrt(newSquare) + epsilon); each [size]. With t steps
 * made, stepSize is learningRate / (1 - beta1^t) and rootCorrection 1 / sqrt(1 - beta2^t).
 */
export function adam(
  parameter: usize, gradient: usize, mean: usize, square: usize,
  newParameter: usize, newMean: usize, newSquare: usize, size: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, stepSize: f32, rootCorrection: f32, epsilon: f32,
): void {
  for (let i = 0; i < size; i += 4) {
    const count = size - i
    const at = floats(i)
    const g = read(gradient + at, count)
    const m = multiplyAdd(f32x4.splat(rest1), g, f32x4.mul(f32x4.splat(beta1), read(mean + at, count)))
    const v = multiplyAdd(f32x4.mul(f32x4.splat(rest2), g), g, f32x4.mul(f32x4.splat(beta2), read(square + at, count)))
    const root = multiplyAdd(f32x4.splat(rootCorrection), f32x4.sqrt(v), f32x4.splat(epsilon))
    const change = f32x4.div(f32x4.mul(f32x4.splat(stepSize), m), root)
    write(newMean + at, m, count)
    write(newSquare + at, v, count)
    write(newParameter + at, f32x4.sub(read(parameter + at, count), change), count)
  }
}
