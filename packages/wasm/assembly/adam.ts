// One Adam step (Kingma and Ba 2015, algorithm 1) over all variables of a model.
import { ADAM } from './tasks'
import { put, putFloat, run, take, takeFloat } from './team'
import { floats, multiplyAdd, read, write } from './vector'

// Numbers that one task updates: some 15 microseconds.
const GRAIN: i32 = 16384
// The words of a variable in the table: its size and seven addresses.
const ENTRY: usize = 32

/**
 * newMean = beta1 mean + (1 - beta1) gradient, newSquare = beta2 square + (1 - beta2) gradient^2,
 * newParameter = parameter - stepSize newMean / (rootCorrection sqrt(newSquare) + epsilon). After t steps, stepSize is
 * learningRate / (1 - beta1^t) and rootCorrection 1 / sqrt(1 - beta2^t). `table` has eight words for each of `variables`:
 * its size, and the addresses of parameter, gradient, mean, square, newParameter, newMean and newSquare. A new address may equal
 * the old one.
 */
export function adam(
  table: usize, variables: i32,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, stepSize: f32, rootCorrection: f32, epsilon: f32,
): void {
  put(0, <i32>table)
  putFloat(1, beta1)
  putFloat(2, rest1)
  putFloat(3, beta2)
  putFloat(4, rest2)
  putFloat(5, stepSize)
  putFloat(6, rootCorrection)
  putFloat(7, epsilon)
  let tasks = 0
  for (let variable = 0; variable < variables; variable++) tasks += tasksOf(table + <usize>variable * ENTRY)
  run(ADAM, tasks)
}

@inline
function tasksOf(entry: usize): i32 {
  return (load<i32>(entry) + GRAIN - 1) / GRAIN
}

/** Updates a part of one variable. */
export function adamTask(task: i32): void {
  let entry = <usize>take(0)
  while (task >= tasksOf(entry)) {
    task -= tasksOf(entry)
    entry += ENTRY
  }
  const first = floats(task * GRAIN), size = min(GRAIN, load<i32>(entry) - task * GRAIN)
  const parameter = load<usize>(entry, 4) + first, gradient = load<usize>(entry, 8) + first
  const mean = load<usize>(entry, 12) + first, square = load<usize>(entry, 16) + first
  const newParameter = load<usize>(entry, 20) + first, newMean = load<usize>(entry, 24) + first
  const newSquare = load<usize>(entry, 28) + first
  const beta1 = f32x4.splat(takeFloat(1)), rest1 = f32x4.splat(takeFloat(2))
  const beta2 = f32x4.splat(takeFloat(3)), rest2 = f32x4.splat(takeFloat(4))
  const stepSize = f32x4.splat(takeFloat(5)), rootCorrection = f32x4.splat(takeFloat(6))
  const epsilon = f32x4.splat(takeFloat(7))
  const whole = size & ~3
  for (let i = 0; i < whole; i += 4) {
    const at = floats(i)
    const g = v128.load(gradient + at)
    const m = multiplyAdd(rest1, g, f32x4.mul(beta1, v128.load(mean + at)))
    const v = multiplyAdd(f32x4.mul(rest2, g), g, f32x4.mul(beta2, v128.load(square + at)))
    const p = moved(v128.load(parameter + at), m, v, stepSize, rootCorrection, epsilon)
    v128.store(newMean + at, m)
    v128.store(newSquare + at, v)
    v128.store(newParameter + at, p)
  }
  if (whole < size) {
    const count = size - whole, at = floats(whole)
    const g = read(gradient + at, count)
    const m = multiplyAdd(rest1, g, f32x4.mul(beta1, read(mean + at, count)))
    const v = multiplyAdd(f32x4.mul(rest2, g), g, f32x4.mul(beta2, read(square + at, count)))
    const p = moved(read(parameter + at, count), m, v, stepSize, rootCorrection, epsilon)
    write(newMean + at, m, count)
    write(newSquare + at, v, count)
    write(newParameter + at, p, count)
  }
}

@inline
function moved(parameter: v128, m: v128, v: v128, stepSize: v128, rootCorrection: v128, epsilon: v128): v128 {
  const root = multiplyAdd(rootCorrection, f32x4.sqrt(v), epsilon)
  return f32x4.sub(parameter, f32x4.div(f32x4.mul(stepSize, m), root))
}
