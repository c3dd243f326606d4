// What surrounds the matrix products of a dense layer: bias and activation, and their gradients.
import { floats, multiplyAdd, read, sigmoid, tanh, write } from './vector'

// The numbers of the activations; `activationCode` in src/kernels/dense.ts has the same.
const RELU: i32 = 1
const SIGMOID: i32 = 2
const TANH: i32 = 3

/** x = activation(x + bias) in place, x [rows, columns], bias [columns]; no bias where its address is 0. */
export function biasActivation(x: usize, bias: usize, rows: i32, columns: i32, activation: i32): void {
  const oneBias = columns == 1 // pixels of one channel: all in one row
  if (oneBias) {
    columns = rows
    rows = 1
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column
      const at = x + floats(column)
      let value = read(at, count)
      if (bias != 0) {
        value = f32x4.add(value, oneBias ? v128.load32_splat(bias) : read(bias + floats(column), count))
      }
      if (activation == RELU) value = f32x4.pmax(value, f32x4.splat(0))
      else if (activation == SIGMOID) value = sigmoid(value)
      else if (activation == TANH) value = tanh(value)
      write(at, value, count)
    }
    x += floats(columns)
  }
}

/** out = dy activation'(output), each [size]; the derivative is a function of the activation's output. */
export function activationGradient(dy: usize, output: usize, out: usize, size: i32, activation: i32): void {
  const one = f32x4.splat(1)
  for (let i = 0; i < size; i += 4) {
    const count = size - i
    const at = floats(i)
    const y = read(output + at, count)
    let value = read(dy + at, count)
    if (activation == RELU) value = v128.and(value, f32x4.gt(y, f32x4.splat(0)))
    else if (activation == SIGMOID) value = f32x4.mul(value, f32x4.mul(y, f32x4.sub(one, y)))
    else if (activation == TANH) value = f32x4.mul(value, multiplyAdd(f32x4.neg(y), y, one))
    write(out + at, value, count)
  }
}

/** out [columns] = scale times the sums over the rows of x [rows, columns]: of 64 rows first, then of those. */
export function columnSums(x: usize, out: usize, rows: i32, columns: i32, scale: f32): void {
  memory.fill(out, 0, floats(columns))
  for (; rows > 0; rows -= 64) {
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column
      let total = f32x4.splat(0)
      let at = x + floats(column)
      for (let row = 0; row < min(rows, 64); row++) {
        total = f32x4.add(total, read(at, count))
        at += floats(columns)
      }
      write(out + floats(column), f32x4.add(read(out + floats(column), count), total), count)
    }
    x += 64 * floats(columns)
  }  for (let column = 0; column < columns; column += 4) {
    const at = out + floats(column)
    write(at, f32x4.mul(f32x4.splat(scale), read(at, columns - column)), columns - column)
  }
}
