// The constants of the functions in vector.ts and random.ts, in memory: V8 in Node 24 rebuilds a constant vector in the code in
// every iteration of a loop, with three or more instructions (findings/v8-vector-constants.sh). Reading one takes one instruction.
//
// Their offsets, in bytes from `constants()`.
export const ONE: usize = 0
export const TWO: usize = 4
export const HALF: usize = 8
export const MINUS_ZERO: usize = 12
export const EXP_MOST: usize = 16
export const EXP_LEAST: usize = 20
export const LOG2_E: usize = 24
export const ROUND: usize = 28
export const LN2_HIGH: usize = 32
export const LN2_LOW: usize = 36
export const EXP_6: usize = 40
export const EXP_5: usize = 44
export const EXP_4: usize = 48
export const EXP_3: usize = 52
export const EXP_2: usize = 56
export const LOG_9: usize = 60
export const LOG_7: usize = 64
export const LOG_5: usize = 68
export const LOG_3: usize = 72
export const TANH_9: usize = 76
export const TANH_7: usize = 80
export const TANH_5: usize = 84
export const TANH_3: usize = 88
export const ROUND_BITS: usize = 92
export const EXPONENT_BIAS: usize = 96
export const HALF_64: usize = 104
export const ONE_64: usize = 112
export const TWO_TO_MINUS_32: usize = 120
export const MIDDLE_FROM: usize = 128
export const MIDDLE_3: usize = 136
export const MIDDLE_2: usize = 144
export const MIDDLE_1: usize = 152
export const MIDDLE_0: usize = 160
export const MIDDLE_BELOW_3: usize = 168
export const MIDDLE_BELOW_2: usize = 176
export const MIDDLE_BELOW_1: usize = 184
export const TAIL_FROM_64: usize = 192
export const TAIL_3: usize = 200
export const TAIL_2: usize = 208
export const TAIL_1: usize = 216
export const TAIL_0: usize = 224
export const TAIL_BELOW_2: usize = 232
export const TAIL_BELOW_1: usize = 240
export const ROOT_OF_HALF: usize = 248
export const LN2_64: usize = 256
export const NINE_64: usize = 264
export const SEVENTH: usize = 272
export const FIFTH: usize = 280
export const THIRD: usize = 288
export const EXPONENT_OF_ALL: usize = 296
export const FRACTION_BITS: usize = 304
export const HALF_BITS: usize = 312

/** The size of all of them in bytes, in whole cache lines. */
export const CONSTANT_BYTES: usize = 320

/** Writes them. */
export function writeConstants(at: usize): void {
  store<f32>(at, 1, ONE)
  store<f32>(at, 2, TWO)
  store<f32>(at, 0.5, HALF)
  store<f32>(at, -0.0, MINUS_ZERO)
  store<f32>(at, 89, EXP_MOST)
  store<f32>(at, -104, EXP_LEAST)
  store<f32>(at, 1.44269504089, LOG2_E)
  store<f32>(at, 12582912, ROUND)
  store<f32>(at, -0.693359375, LN2_HIGH)
  store<f32>(at, 2.12194440055e-4, LN2_LOW)
  store<f32>(at, 0.00138145986467, EXP_6)
  store<f32>(at, 0.00836871687973, EXP_5)
  store<f32>(at, 0.0416683880453, EXP_4)
  store<f32>(at, 0.166665206317, EXP_3)
  store<f32>(at, 0.499999934478, EXP_2)
  store<f32>(at, 0.280244587925, LOG_9)
  store<f32>(at, 0.279991410895, LOG_7)
  store<f32>(at, 0.400216990582, LOG_5)
  store<f32>(at, 0.666664131327, LOG_3)
  store<f32>(at, 0.017726819172, TANH_9)
  store<f32>(at, -0.0532934015673, TANH_7)
  store<f32>(at, 0.133298081698, TANH_5)
  store<f32>(at, -0.333333306279, TANH_3)
  store<i32>(at, 12582912, ROUND_BITS)
  store<i32>(at, 127, EXPONENT_BIAS)
  store<f64>(at, 0.5, HALF_64)
  store<f64>(at, 1, ONE_64)
  store<f64>(at, 2.3283064365386963e-10, TWO_TO_MINUS_32)
  store<f64>(at, 0.180625, MIDDLE_FROM)
  store<f64>(at, 59.10937472, MIDDLE_3)
  store<f64>(at, 159.29113202, MIDDLE_2)
  store<f64>(at, 50.434271938, MIDDLE_1)
  store<f64>(at, 3.3871327179, MIDDLE_0)
  store<f64>(at, 67.1875636, MIDDLE_BELOW_3)
  store<f64>(at, 78.757757664, MIDDLE_BELOW_2)
  store<f64>(at, 17.895169469, MIDDLE_BELOW_1)
  store<f64>(at, 1.6, TAIL_FROM_64)
  store<f64>(at, 0.17023821103, TAIL_3)
  store<f64>(at, 1.3067284816, TAIL_2)
  store<f64>(at, 2.75681539, TAIL_1)
  store<f64>(at, 1.4234372777, TAIL_0)
  store<f64>(at, 0.12021132975, TAIL_BELOW_2)
  store<f64>(at, 0.7370016425, TAIL_BELOW_1)
  store<f64>(at, 0.7071067811865476, ROOT_OF_HALF)
  store<f64>(at, 0.6931471805599453, LN2_64)
  store<f64>(at, 9, NINE_64)
  store<f64>(at, 1.0 / 7.0, SEVENTH)
  store<f64>(at, 1.0 / 5.0, FIFTH)
  store<f64>(at, 1.0 / 3.0, THIRD)
  store<f64>(at, 1054, EXPONENT_OF_ALL)
  store<i64>(at, 0x000fffffffffffff, FRACTION_BITS)
  store<i64>(at, 0x3fe0000000000000, HALF_BITS)
}
