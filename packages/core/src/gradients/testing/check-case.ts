// Runs a row of the table: its gradient by tfjs, and the same gradient by finite differences. Test support, for any backend.
import { centralDifferences, expectClose, type Tolerance } from '@ae/library/testing'
import { dispose, grads, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core'
import { permutation, uniforms } from '../../random/random.ts'
import { sizeOfShape } from '../../shape.ts'
import type { CaseInput, GradientCase } from './cases/row.ts'

/**
 * Asserts that the registered gradients of the active backend agree with five-point differences of its own forward
 * pass, for the sum of the program's outputs times fixed weights.
 *
 * @param gradientCase a row of `gradientCases`
 * @param tolerance how far apart two components may be
 */
export async function checkCase({ name, op, inputs }: GradientCase, tolerance: Tolerance): Promise<void> {
  const program = op as (...tensors: Tensor[]) => Tensor
  const points = inputs.map((input, index) => valuesOf(name, index, input))
  const evaluate = (at: readonly Float32Array[]): Tensor => {
    return tidy(() => program(...at.map((values, index) => tensor(values, [...(inputs[index]?.shape ?? [])]))))
  }
  const first = evaluate(points)
  const weights = uniforms(`${name}/weights`, {}, first.size).map((value) => value + 0.5)
  const dy = tensor(weights, first.shape)
  const at = points.map((values, index) => tensor(values, [...(inputs[index]?.shape ?? [])]))
  const gradients = grads(program)(at, dy)
  const actual = await Promise.all(gradients.map((gradient) => gradient.data()))
  dispose([first, dy, ...at, ...gradients])

  for (const [index, point] of points.entries()) {
    const expected = await centralDifferences(async (moved) => {
      const output = evaluate(points.with(index, moved))
      const values = await output.data<'float32'>()
      output.dispose()
      return values.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)
    }, point)
    try {
      expectClose(actual[index] ?? [], expected, tolerance)
    } catch (error) {
      throw new Error(`gradient by input ${index} of ${name}: ${error instanceof Error ? error.message : error}`)
    }
  }
}

/**
 * Shuffled, and evenly spread over the interval but for a jitter, so that no step crosses a kink: an even number of
 * values stays clear of the middle, the first input's values stay clear of the others'.
 */
function valuesOf(name: string, index: number, { shape, from, to }: CaseInput): Float32Array {
  const count = sizeOfShape(shape)
  const order = permutation(`${name}/${index}`, {}, count)
  const jitter = uniforms(`${name}/${index}`, {}, count)
  const spacing = (to - from) / count
  const first = index === 0 ? from + spacing / 2 : from
  const width = Math.min(0.02, spacing / 4)
  return jitter.map((value, i) => first + spacing * (order[i] ?? 0) + width * (value - 0.5))
}
