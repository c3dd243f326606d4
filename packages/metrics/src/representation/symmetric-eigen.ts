// Eigenvalues and eigenvectors of a symmetric matrix: Householder's reduction to a tridiagonal one, then QL with implicit shifts.
// Golub and Van Loan, Matrix Computations, 4th edition, 2013, section 8.3; Bowdler, Martin, Reinsch and Wilkinson, The QR and QL
// algorithms for symmetric matrices, 1968.
import { yieldToTasks } from '@ae/core/internal'

/** What {@link symmetricEigen} gives. */
export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array
  /** `[size, size]`: row i is the vector of value i, of length 1. */
  readonly vectors: Float64Array
}

/**
 * Decomposes a symmetric matrix.
 *
 * @param matrix `[size, size]`, of finite numbers; borrowed
 */
export async function symmetricEigen(matrix: ArrayLike<number>, size: number): Promise<SymmetricEigen> {
  const rows = await tridiagonalize(Float64Array.from(matrix), size)
  await diagonalize(rows, size)
  const { diagonal, basis } = rows
  const order = Array.from(diagonal.keys()).sort((a, b) => get(diagonal, b) - get(diagonal, a))
  const vectors = new Float64Array(size * size)
  for (const [to, from] of order.entries()) vectors.set(basis.subarray(from * size, (from + 1) * size), to * size)
  return { values: Float64Array.from(order, (from) => get(diagonal, from)), vectors }
}

/** `basis` matrix `basis`^T is tridiagonal; `beside[i]` couples i and i + 1. */
interface Tridiagonal {
  readonly basis: Float64Array
  readonly diagonal: Float64Array
  readonly beside: Float64Array
}

/** Reflections I - 2 v v^T, each of which clears a row right of the diagonal's neighbour. `a` is overwritten. */
async function tridiagonalize(a: Float64Array, size: number): Promise<Tridiagonal> {
  const basis = Float64Array.from(a, (_, i) => (i % (size + 1) === 0 ? 1 : 0))
  const beside = new Float64Array(size)
  for (let k = 0; k + 1 < size; k++) {
    const first = k + 1
    const v = a.slice(k * size + first, first * size)
    const length = norm(v)
    beside[k] = get(v, 0) > 0 ? -length : length
    v[0] = get(v, 0) - get(beside, k)
    const scale = norm(v)
    if (scale === 0) continue
    for (let i = 0; i < v.length; i++) v[i] = get(v, i) / scale
    reflect(a, v, first, size)
    reflectRows(basis, v, first, size)
    await yieldToTasks()
  }
  return { basis, beside, diagonal: Float64Array.from({ length: size }, (_, i) => get(a, i * (size + 1))) }
}

/** Rows and columns from `first` on, of a symmetric matrix. */
function reflect(a: Float64Array, v: Float64Array, first: number, size: number): void {
  const w = Float64Array.from(v, (_, i) => dot(a, (first + i) * size + first, v))
  const along = dot(w, 0, v)
  for (let i = 0; i < w.length; i++) w[i] = 2 * (get(w, i) - along * get(v, i))
  for (let i = 0; i < v.length; i++) {
    const row = (first + i) * size + first
    for (let j = 0; j < v.length; j++) a[row + j] = get(a, row + j) - get(v, i) * get(w, j) - get(w, i) * get(v, j)
  }
}

function reflectRows(basis: Float64Array, v: Float64Array, first: number, size: number): void {
  const along = new Float64Array(size)
  for (let i = 0; i < v.length; i++) {
    for (let j = 0; j < size; j++) along[j] = get(along, j) + get(v, i) * get(basis, (first + i) * size + j)
  }
  for (let i = 0; i < v.length; i++) {
    const row = (first + i) * size
    for (let j = 0; j < size; j++) basis[row + j] = get(basis, row + j) - 2 * get(v, i) * get(along, j)
  }
}

/** Rotations of neighbouring rows of the basis until nothing beside the diagonal is left. */
async function diagonalize({ basis, diagonal: d, beside: e }: Tridiagonal, size: number): Promise<void> {
  for (let low = 0; low < size; low++) {
    for (let high = uncoupled(d, e, low); high > low; high = uncoupled(d, e, low)) {
      const half = (get(d, low + 1) - get(d, low)) / (2 * get(e, low))
      let g = get(d, high) - get(d, low) + get(e, low) / (half + Math.sign(half || 1) * Math.hypot(half, 1))
      let [sine, cosine, shift] = [1, 1, 0]
      let i = high - 1
      for (; i >= low; i--) {
        const [f, b] = [sine * get(e, i), cosine * get(e, i)]
        const length = Math.hypot(f, g)
        e[i + 1] = length
        if (length === 0) break
        sine = f / length
        cosine = g / length
        g = get(d, i + 1) - shift
        const r = (get(d, i) - g) * sine + 2 * cosine * b
        shift = sine * r
        d[i + 1] = g + shift
        g = cosine * r - b
        rotate(basis, i * size, size, sine, cosine)
      }
      e[high] = 0
      if (i >= low) d[i + 1] = get(d, i + 1) - shift
      else {
        d[low] = get(d, low) - shift
        e[low] = g
      }
      await yieldToTasks()
    }
  }
}

/** The first index from `low` on that nothing couples to the next. */
function uncoupled(d: Float64Array, e: Float64Array, low: number): number {
  let index = low
  while (
    index < d.length - 1 &&
    Math.abs(get(e, index)) > Number.EPSILON * (Math.abs(get(d, index)) + Math.abs(get(d, index + 1)))
  ) {
    index++
  }
  return index
}

/** The row at `row` and the next one. */
function rotate(basis: Float64Array, row: number, size: number, sine: number, cosine: number): void {
  for (let k = row; k < row + size; k++) {
    const [here, next] = [get(basis, k), get(basis, k + size)]
    basis[k + size] = sine * here + cosine * next
    basis[k] = cosine * here - sine * next
  }
}

function dot(a: Float64Array, start: number, v: Float64Array): number {
  let sum = 0
  for (let i = 0; i < v.length; i++) sum += get(a, start + i) * get(v, i)
  return sum
}

function norm(v: Float64Array): number {
  return Math.sqrt(dot(v, 0, v))
}

function get(array: Float64Array, index: number): number {
  return array[index] as number
}
