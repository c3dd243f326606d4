// What surrounds the matrix products of a dense layer: bias and activation, and their gradients.
import { ACTIVATION_GRADIENT, BIAS_ACTIVATION } from './tasks'
import { activate, RELU, SIGMOID, TANH } from './activate'
import { constants, firstRow, put, rowsOf, runRows, take } from './team'
import { isWide } from './tiles'
import { floats, multiplyAdd, read, write } from './vector'

/** x = activation(x + bias) in place, x [rows, columns], bias [columns]; there is no bias if its address is 0. */
export function biasActivation(
  x: usize, bias: usize, rows: i32, columns: i32, activation: i32,
): void {
  put(2, <i32>x)
  put(3, <i32>bias)
  put(4, columns)
  put(5, activation)
  runRows(BIAS_ACTIVATION, rows, columns, activation < SIGMOID ? 32768 : 8192)
}

/** One task of `biasActivation`: some rows. */
export function biasActivationTask(task: i32): void {
  const columns = take(4)
  const x = <usize>take(2) + floats(firstRow(task)) * columns
  biasActivationRows(x, <usize>take(3), rowsOf(task), columns, floats(columns), take(5))
}

/** The same on one thread, for rows that are `rowStep` bytes apart. */
export function biasActivationRows(
  x: usize, bias: usize, rows: i32, columns: i32, rowStep: usize, activation: i32,
): void {
  const oneBias = columns == 1 && rowStep == 4 // pixels of one channel: all in one row
  if (oneBias) {
    columns = rows
    rows = 1
  }
  const whole = columns & ~3, c = constants()
  let first = 0
  if (isWide() && activation == TANH && bias != 0 && !oneBias && columns >= 8) {
    first = columns & ~7
    wideTanh(x, bias, rows, first, rowStep, c)
  }
  for (let row = 0; row < rows; row++) {
    for (let column = first; column < whole; column += 4) {
      const at = x + floats(column)
      let value = v128.load(at)
      if (bias != 0) {
        value = f32x4.add(value, oneBias ? v128.load32_splat(bias) : v128.load(bias + floats(column)))
      }
      v128.store(at, activate(activation, value, c))
    }
    if (whole < columns) {
      const at = x + floats(whole), count = columns - whole
      let value = read(at, count)
      if (bias != 0) {
        value = f32x4.add(value, oneBias ? v128.load32_splat(bias) : read(bias + floats(whole), count))
      }
      write(at, activate(activation, value, c), count)
    }
    x += rowStep
  }
}

/** out = dy activation'(output), each [size]; the derivative is a function of the activation's output. */
export function activationGradient(
  dy: usize, output: usize, out: usize, size: i32, activation: i32,
): void {
  put(2, <i32>dy)
  put(3, <i32>output)
  put(4, <i32>out)
  put(5, activation)
  runRows(ACTIVATION_GRADIENT, size, 1, 16384)
}

/** One task of `activationGradient`: some numbers. */
export function activationGradientTask(task: i32): void {
  const offset = floats(firstRow(task))
  activationGradientOf(
    <usize>take(2) + offset, <usize>take(3) + offset, <usize>take(4) + offset, rowsOf(task),
    take(5),
  )
}

/** The same on one thread. */
export function activationGradientOf(dy: usize, output: usize, out: usize, size: i32, activation: i32): void {
  const whole = size & ~3
  for (let i = 0; i < whole; i += 4) {
    const at = floats(i)
    v128.store(out + at, throughActivation(v128.load(dy + at), v128.load(output + at), activation))
  }
  if (whole < size) {
    const at = floats(whole), count = size - whole
    write(out + at, throughActivation(read(dy + at, count), read(output + at, count), activation), count)
  }
}

/** dy times the derivative, which is a function of the output y. */
@inline
function throughActivation(dy: v128, y: v128, activation: i32): v128 {
  const one = f32x4.splat(1)
  if (activation == RELU) return v128.and(dy, f32x4.gt(y, f32x4.splat(0)))
  if (activation == SIGMOID) return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(one, y)))
  if (activation == TANH) return f32x4.mul(dy, multiplyAdd(f32x4.neg(y), y, one))
  return dy
}

// From wide.ts.

@external("wide", "tanh")
declare function wideTanh(x: usize, bias: usize, rows: i32, columns: i32, rowStep: usize, c: usize): void
