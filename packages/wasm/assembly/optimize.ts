// One step of an optimiser over all variables of a model, and the norm of their gradients. The contracts `AeOptimize` and
// `AeClipFactor` of @ae/core say what is computed.
import { CLIP_FACTOR, OPTIMIZE, SQUARES } from './tasks'
import { put, putFloat, run, take, takeFloat } from './team'
import { addLanes, FEW, floats, multiplyAdd, read, sumOfLanes, write } from './vector'

// Numbers that one task updates: some 15 microseconds.
const GRAIN: i32 = 16384
// The words of a variable in the table: its size and the twelve addresses of `optimize`.
const ENTRY: usize = 52

// The rules, as @ae/wasm numbers them.
const MOMENTS: i32 = 0
const MOMENTUM: i32 = 1
const SIGN: i32 = 2
const DESCENT: i32 = 3
// Further ones divide by a root: centered or not, with a buffer or not.

/**
 * `table` has thirteen words for each of `variables`: its size, and the addresses of gradient, factor, parameter, a, b, c, average,
 * and of the new parameter, a, b, c and average. A new address may equal the old one; 0 stands for what there is not. The slots are
 * those of the rule, but for the rules with a root, which are told from each other by them: a is the square, b the mean, c the
 * buffer.
 */
export function optimize(
  table: usize, variables: i32, rule: i32, limit: f32, shrink: f32, decay: f32, weight: f32,
  beta1: f32, gain1: f32, beta2: f32, gain2: f32, stepSize: f32, root: f32, epsilon: f32,
): void {
  put(0, <i32>table)
  put(1, rule)
  putFloat(2, limit)
  putFloat(3, shrink)
  putFloat(4, decay)
  putFloat(5, weight)
  putFloat(6, beta1)
  putFloat(7, gain1)
  putFloat(8, beta2)
  putFloat(9, gain2)
  putFloat(10, stepSize)
  putFloat(11, root)
  putFloat(12, epsilon)
  run(OPTIMIZE, tasksOfAll(table, variables))
}

function tasksOfAll(table: usize, variables: i32): i32 {
  let tasks = 0
  for (let variable = 0; variable < variables; variable++) tasks += tasksOf(table + <usize>variable * ENTRY)
  return tasks
}

@inline
function tasksOf(entry: usize): i32 {
  return (load<i32>(entry) + GRAIN - 1) / GRAIN
}

@inline
function splat(index: i32): v128 {
  return f32x4.splat(takeFloat(index))
}

/** Updates a part of one variable. */
export function optimizeTask(task: i32): void {
  let entry = <usize>take(0)
  while (task >= tasksOf(entry)) {
    task -= tasksOf(entry)
    entry += ENTRY
  }
  const first = floats(task * GRAIN), size = min(GRAIN, load<i32>(entry) - task * GRAIN), rule = take(1)
  const factorAt = load<usize>(entry, 8), oldAverage = load<usize>(entry, 28)
  const hasB = load<usize>(entry, 20) != 0, hasC = load<usize>(entry, 24) != 0
  const gradient = load<usize>(entry, 4) + first, parameter = load<usize>(entry, 12) + first
  const a = load<usize>(entry, 16) + first, b = load<usize>(entry, 20) + first, c = load<usize>(entry, 24) + first
  const average = oldAverage + first, newParameter = load<usize>(entry, 32) + first
  const newA = load<usize>(entry, 36) + first, newB = load<usize>(entry, 40) + first
  const newC = load<usize>(entry, 44) + first, newAverage = load<usize>(entry, 48) + first
  const factor = factorAt != 0 ? v128.load32_splat(factorAt) : f32x4.splat(1)
  const most = splat(2), least = f32x4.neg(most), shrink = f32x4.neg(splat(3)), decay = splat(4)
  const weight = splat(5), isCopied = takeFloat(5) == 1
  const beta1 = splat(6), gain1 = splat(7), beta2 = splat(8), gain2 = splat(9)
  const stepSize = splat(10), root = splat(11), epsilon = splat(12)
  for (let i = 0; i < size; i += 4) {
    const at = floats(i), count = size - i
    const p = read(parameter + at, count)
    let g = f32x4.mul(read(gradient + at, count), factor)
    g = multiplyAdd(decay, p, f32x4.max(f32x4.min(g, most), least))
    let moved = multiplyAdd(shrink, p, p)
    if (rule == MOMENTS) {
      const m = multiplyAdd(gain1, g, f32x4.mul(beta1, read(a + at, count)))
      const v = multiplyAdd(f32x4.mul(gain2, g), g, f32x4.mul(beta2, read(b + at, count)))
      write(newA + at, m, count)
      write(newB + at, v, count)
      const divisor = multiplyAdd(root, f32x4.sqrt(v), epsilon)
      moved = f32x4.sub(moved, f32x4.div(f32x4.mul(stepSize, m), divisor))
    } else if (rule == MOMENTUM) {
      const m = multiplyAdd(gain1, g, f32x4.mul(beta1, read(a + at, count)))
      write(newA + at, m, count)
      moved = f32x4.sub(moved, f32x4.mul(stepSize, multiplyAdd(gain2, g, f32x4.mul(beta2, m))))
    } else if (rule == SIGN) {
      const m = read(a + at, count)
      write(newA + at, multiplyAdd(gain2, g, f32x4.mul(beta2, m)), count)
      moved = f32x4.sub(moved, f32x4.mul(stepSize, signOf(multiplyAdd(gain1, g, f32x4.mul(beta1, m)))))
    } else if (rule == DESCENT) {
      moved = f32x4.sub(moved, f32x4.mul(stepSize, g))
    } else {
      let v = multiplyAdd(f32x4.mul(gain2, g), g, f32x4.mul(beta2, read(a + at, count)))
      write(newA + at, v, count)
      if (hasB) {
        const m = multiplyAdd(gain2, g, f32x4.mul(beta2, read(b + at, count)))
        write(newB + at, m, count)
        v = f32x4.sub(v, f32x4.mul(m, m))
      }
      let direction = f32x4.div(g, f32x4.add(f32x4.sqrt(v), epsilon))
      if (hasC) {
        direction = multiplyAdd(beta1, read(c + at, count), direction)
        write(newC + at, direction, count)
      }
      moved = f32x4.sub(moved, f32x4.mul(stepSize, direction))
    }
    write(newParameter + at, moved, count)
    if (oldAverage != 0) {
      const old = read(average + at, count)
      write(newAverage + at, isCopied ? moved : multiplyAdd(weight, f32x4.sub(moved, old), old), count)
    }
  }
}

/** -1, 0 or 1; NaN stays NaN. */
@inline
function signOf(x: v128): v128 {
  const zero = f32x4.splat(0)
  const ones = v128.or(v128.and(x, f32x4.splat(-0)), f32x4.splat(1))
  return v128.bitselect(ones, x, v128.or(f32x4.lt(x, zero), f32x4.gt(x, zero)))
}

/**
 * factor [] = min(1, maximum / (n + 1e-6)), n the norm of all gradients. `table` has two words for each of `variables`: the size and
 * the address of its gradient. `sums` is room for a float64 for each part of `sumsOfSquares`.
 */
export function clipFactor(table: usize, variables: i32, sums: usize, factor: usize, maximum: f32): void {
  let tasks = 0
  for (let variable = 0; variable < variables; variable++) tasks += tasksOf(table + (<usize>variable << 3))
  put(0, <i32>table)
  put(1, <i32>sums)
  run(SQUARES, tasks)
  put(2, tasks)
  put(3, <i32>factor)
  putFloat(4, maximum)
  run(CLIP_FACTOR, 1)
}

/** The sum of the squares of a part of one gradient. */
export function squaresTask(task: i32): void {
  const out = <usize>take(1) + (<usize>task << 3)
  let entry = <usize>take(0)
  while (task >= tasksOf(entry)) {
    task -= tasksOf(entry)
    entry += 8
  }
  const x = load<usize>(entry, 4) + floats(task * GRAIN), size = min(GRAIN, load<i32>(entry) - task * GRAIN)
  let total = f64x2.splat(0)
  for (let i = 0; i < size;) {
    const few = min(size, i + 16 * FEW)
    let a = f32x4.splat(0), b = a, c = a, d = a
    for (; i + 16 <= few; i += 16) {
      const at = x + floats(i)
      const x0 = v128.load(at), x1 = v128.load(at, 16), x2 = v128.load(at, 32), x3 = v128.load(at, 48)
      a = multiplyAdd(x0, x0, a)
      b = multiplyAdd(x1, x1, b)
      c = multiplyAdd(x2, x2, c)
      d = multiplyAdd(x3, x3, d)
    }
    for (; i < few; i += 4) {
      const part = read(x + floats(i), few - i)
      a = multiplyAdd(part, part, a)
    }
    total = addLanes(addLanes(addLanes(addLanes(total, a), b), c), d)
  }
  store<f64>(out, sumOfLanes(total))
}

/** The factor, from the sums of squares. */
export function clipFactorTask(): void {
  let sum: f64 = 0
  for (let i = 0; i < take(2); i++) sum += load<f64>(<usize>take(1) + (<usize>i << 3))
  store<f32>(<usize>take(3), <f32>min<f64>(1, <f64>takeFloat(4) / (sqrt<f64>(sum) + 1e-6)))
}
