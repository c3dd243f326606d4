// Sums along the rows of matrices: as many invocations a row as it is long, up to a whole workgroup.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { output } from './kernel.ts'
import { record } from './recorder.ts'

const workgroupSize = 256

// Terms that an invocation adds up one after another; then their sums, as many of those; then these.
const few = 64

/**
 * Records the sum of `value` over the columns of each row.
 *
 * @param name names the code
 * @param reads matrices of one shape, by their names in the code
 * @param value the summand, an expression of `row`, `column` and `at`, their place in a matrix
 * @param result what is made of `total`, the sum; defaults to itself
 * @returns `[rows]`
 */
export function rowSums(
  backend: WebGPUBackend,
  name: string,
  reads: Readonly<Record<string, TensorInfo>>,
  value: string,
  result = 'total',
): TensorInfo {
  const [rows = 0, columns = 0] = (Object.values(reads)[0] as TensorInfo).shape
  const sums = output(backend, [rows])
  let lanes = 1
  while (lanes < columns && lanes < workgroupSize) lanes *= 2
  const rowsAWorkgroup = workgroupSize / lanes
  const code = () => ({
    declarations: `var<workgroup> partial: array<f32, ${workgroupSize}>;`,
    body: `
  let row = group * ${rowsAWorkgroup}u + local / ${lanes}u;
  let lane = local % ${lanes}u;
  var sum = 0.0;
  if (row < sizes.rows) {
    for (var first = 0u; first < sizes.columns; first += ${few * few * lanes}u) {
      var some = 0.0;
      for (var next = first; next < min(sizes.columns, first + ${few * few * lanes}u); next += ${few * lanes}u) {
        var little = 0.0;
        for (var column = next + lane; column < min(sizes.columns, next + ${few * lanes}u); column += ${lanes}u) {
          let at = row * sizes.columns + column;
          little += ${value};
        }
        some += little;
      }
      sum += some;
    }
  }
  partial[local] = sum;
  for (var half = ${Math.floor(lanes / 2)}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { partial[local] += partial[local + half]; }
  }
  if (lane == 0u && row < sizes.rows) {
    let total = partial[local];
    sums[row] = ${result};
  }`,
  })
  record(backend, {
    key: `${name} ${lanes} a row`,
    reads,
    writes: { sums },
    sizes: { rows, columns },
    workgroupSize,
    workgroups: Math.ceil(rows / rowsAWorkgroup),
    code,
  })
  return sums
}
