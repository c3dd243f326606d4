// Sums along the rows of a matrix: as many invocations a row as it is long, up to a whole workgroup.

const workgroupSize = 256

/** How a sum along rows is laid out over workgroups. */
export interface RowSums {
  /** Belongs into the key of the dispatch. */
  readonly key: string
  readonly workgroupSize: number
  readonly workgroups: number
  /** What stands outside `main`. */
  readonly declarations: string
  /** `main`'s body. */
  readonly body: string
}

/**
 * The code that sums `value` over the columns of each row.
 *
 * @param rows how many rows; the code finds it as `sizes.rows`
 * @param columns how many columns; the code finds it as `sizes.columns`
 * @param value the summand, an expression of `row`, `column` and `at`, their place in a matrix
 * @param store a statement that takes `total`, the sum, at `row`
 */
export function rowSums(rows: number, columns: number, value: string, store: string): RowSums {
  let lanes = 1
  while (lanes < columns && lanes < workgroupSize) lanes *= 2
  const rowsAWorkgroup = workgroupSize / lanes
  return {
    key: `${lanes} a row`,
    workgroupSize,
    workgroups: Math.ceil(rows / rowsAWorkgroup),
    declarations: `var<workgroup> partial: array<f32, ${workgroupSize}>;`,
    body: `
  let row = group * ${rowsAWorkgroup}u + local / ${lanes}u;
  let lane = local % ${lanes}u;
  var sum = 0.0;
  if (row < sizes.rows) {
    for (var column = lane; column < sizes.columns; column += ${lanes}u) {
      let at = row * sizes.columns + column;
      sum += ${value};
    }
  }
  partial[local] = sum;
  for (var half = ${Math.floor(lanes / 2)}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { partial[local] += partial[local + half]; }
  }
  if (lane == 0u && row < sizes.rows) {
    let total = partial[local];
    ${store}
  }`,
  }
}
