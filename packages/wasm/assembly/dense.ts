// What surrounds the matrix products of a dense layer: bias and activation, and their gradients.
import { floats, multiplyAdd, read, sigmoid, tanh, write } from './vector'

// The numbers of the activations; `activationCode` in src/kernels/dense.ts has the same.
const RELU: i32 = 1
const SIGMOID: i32 = 2
const TANH: i32 = 3

/** x = activation(x + bias) in place, x [rows, columns], bias [columns]; no bias where its address is 0. */
export function biasActivation(x: usize, bias: usize, rows: i32, columns: i32, activation: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column
      const at = x + floats(column)
      let value = read(at, count)
      if (bias != 0) value = f32x4.add(value, read(bias + floats(column), count))
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

/** out [columns] = the sums over the rows of x [rows, columns]. */
export function columnSums(x: usize, out: usize, rows: i32, columns: i32): void {
  memory.fill(out, 0, floats(columns))
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += 4) {
      const count = columns - column
      const at = floats(column)
      write(out + at, f32x4.add(read(out + at, count), read(x + at, count)), count)
    }
    x += floats(columns)
  }
}
