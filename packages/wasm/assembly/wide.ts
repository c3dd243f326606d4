// A separate module with tiles, losses and tanh. Engines that support it are asked to fuse each two adjacent 128-bit vectors into one of
// 256 bits, which doubles the multiplications of a core: docs/decisions/0015-vectors-of-256-bits.md. Functions here call nothing,
// so that each is compiled eagerly and as a whole.
import { activateRows, TANH } from './activate'
import { BERNOULLI, bernoulliOfRow, gradientOfRow, lossOfRow, SQUARES_OF_SIGMOID } from './loss-of-row'
import { multiply } from './multiply'

export function bernoulli(output: usize, target: usize, count: i32, totals: usize, products: usize, c: usize): void {
  bernoulliOfRow(output, target, count, totals, products, c)
}

export function bernoulliGradient(output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize): void {
  gradientOfRow(BERNOULLI, output, target, dy, out, count, c)
}

export function squaresOfSigmoid(output: usize, target: usize, count: i32, totals: usize, c: usize): void {
  lossOfRow(SQUARES_OF_SIGMOID, output, target, count, totals, c)
}

export function squaresOfSigmoidGradient(
  output: usize, target: usize, dy: usize, out: usize, count: i32, c: usize,
): void {
  gradientOfRow(SQUARES_OF_SIGMOID, output, target, dy, out, count, c)
}

export function tanh(x: usize, bias: usize, rows: i32, columns: i32, rowStep: usize, c: usize): void {
  activateRows(TANH, x, bias, rows, columns, rowStep, c)
}

// Tiles. Their names state the rows, 6 or 4; whether there are two panels of b; and whether depths are chosen, for one panel of a.

export function tall(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, b: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  do {
    multiply(true, false, false, aPanel, aStep, b, 0, 0, depth, out, outStep, add)
    aPanel += aNext
    out += 6 * outStep
  } while (--count > 0)
}

export function tallAt(
  aPanel: usize, aStep: usize, b: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(true, false, true, aPanel, aStep, b, 0, depths, depth, out, outStep, add)
}

export function tallPair(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, left: usize, right: usize, depth: i32,
  out: usize, outStep: usize, add: bool,
): void {
  do {
    multiply(true, true, false, aPanel, aStep, left, right, 0, depth, out, outStep, add)
    aPanel += aNext
    out += 6 * outStep
  } while (--count > 0)
}

export function tallPairAt(
  aPanel: usize, aStep: usize, left: usize, right: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(true, true, true, aPanel, aStep, left, right, depths, depth, out, outStep, add)
}

export function low(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, b: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  do {
    multiply(false, false, false, aPanel, aStep, b, 0, 0, depth, out, outStep, add)
    aPanel += aNext
    out += 4 * outStep
  } while (--count > 0)
}

export function lowAt(
  aPanel: usize, aStep: usize, b: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(false, false, true, aPanel, aStep, b, 0, depths, depth, out, outStep, add)
}

export function lowPair(
  aPanel: usize, aStep: usize, aNext: usize, count: i32, left: usize, right: usize, depth: i32,
  out: usize, outStep: usize, add: bool,
): void {
  do {
    multiply(false, true, false, aPanel, aStep, left, right, 0, depth, out, outStep, add)
    aPanel += aNext
    out += 4 * outStep
  } while (--count > 0)
}

export function lowPairAt(
  aPanel: usize, aStep: usize, left: usize, right: usize, depths: usize, depth: i32, out: usize, outStep: usize, add: bool,
): void {
  multiply(false, true, true, aPanel, aStep, left, right, depths, depth, out, outStep, add)
}
