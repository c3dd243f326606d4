// Matrix products in WGSL: a workgroup computes a square tile of the result, each invocation 4 by 4 of its values, from
// tiles of the factors that lie in workgroup memory.
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import { type Dispatch, record } from './recorder.ts'

/** A product `a b` of `rows` by `inner` times `inner` by `columns`, in WGSL. */
export interface Product {
  /** The name of the function that computes one tile. */
  readonly name: string
  /** The lengths, expressions of `u32`. */
  readonly rows: string
  readonly inner: string
  readonly columns: string
  /** The value of `a` at (`row`, `inner`), and the index along which its values are neighbours in memory. */
  readonly a: { readonly value: string; readonly neighbours: 'row' | 'inner' }
  /** The value of `b` at (`inner`, `column`), and the index along which its values are neighbours in memory. */
  readonly b: { readonly value: string; readonly neighbours: 'inner' | 'column' }
  /** A statement that takes `value`, the result at (`row`, `column`). */
  readonly store: string
}

/** Products that share a dispatch. */
export interface Products extends Pick<Dispatch, 'key' | 'reads' | 'writes'> {
  /** Lengths by their names in the code. */
  readonly sizes: Readonly<Record<string, number>>
  /** Each product, and how many rows and columns it has. */
  readonly products: readonly { readonly product: Product; readonly rows: number; readonly columns: number }[]
  /** WGSL that their expressions call. */
  readonly declarations?: string
}

/** Records them in one dispatch. */
export function recordProducts(
  backend: WebGPUBackend,
  { key, reads, writes, sizes, products, declarations = '' }: Products,
): void {
  const tilesOf = (side: TileSide) => products.map(({ rows, columns }) => tileCount(rows, columns, side))
  // A tile of 64 reads less memory a value; a tile of 32 leaves more workgroups to share small products.
  const side = total(tilesOf(64)) >= 256 ? 64 : 32
  const tiles = tilesOf(side)
  const firsts = tiles.map((_, i) => total(tiles.slice(0, i)))
  record(backend, {
    key: `${key}, tiles of ${side}`,
    reads,
    writes,
    sizes: { ...sizes, ...Object.fromEntries(firsts.map((first, i) => [`first${i}`, first])), tiles: total(tiles) },
    workgroupSize: (side / 4) ** 2,
    workgroups: total(tiles),
    code: () => ({
      declarations: `${declarations}\n${tileMemory(side)}\n${products.map(({ product }) => tileFunction(side, product)).join('\n')}`,
      body: `  if (group >= sizes.tiles) { return; }
${products
  .map(({ product: { name } }, i) => {
    const isMine = i + 1 < products.length ? `if (group < sizes.first${i + 1}) ` : ''
    return `  ${isMine}{ ${name}(group - sizes.first${i}, local); }`
  })
  .join('\n  else\n')}`,
    }),
  })
}

/** The side of the tile that a workgroup computes. */
type TileSide = 32 | 64

/** How far along `inner` a tile of a factor reaches. */
const depth = 16

function tileCount(rows: number, columns: number, side: TileSide): number {
  return Math.ceil(rows / side) * Math.ceil(columns / side)
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The memory that the products of a shader share. */
function tileMemory(side: TileSide): string {
  // One more than the side, so that neighbours along either index lie in different banks of the memory.
  const length = depth * (side + 1)
  return `var<workgroup> aTile: array<f32, ${length}>;
var<workgroup> bTile: array<f32, ${length}>;`
}

/** The function `name(tile, local)`, which all invocations of a workgroup must call together. */
function tileFunction(side: TileSide, { name, rows, inner, columns, a, b, store }: Product): string {
  const stride = side / 4 // an invocation's rows and columns lie this far apart, its neighbours' between them
  const four = [0, 1, 2, 3]
  return `
fn ${name}(tile: u32, local: u32) {
  let rowCount = ${rows};
  let innerCount = ${inner};
  let columnCount = ${columns};
  let tilesInARow = (columnCount + ${side - 1}u) / ${side}u;
  let firstRow = tile / tilesInARow * ${side}u;
  let firstColumn = tile % tilesInARow * ${side}u;
  let myRow = local / ${stride}u;
  let myColumn = local % ${stride}u;
  ${four.map((i) => `var sum${i} = vec4<f32>();`).join(' ')}
  for (var start = 0u; start < innerCount; start += ${depth}u) {
    for (var i = local; i < ${side * depth}u; i += ${stride * stride}u) {
      let row = firstRow + ${a.neighbours === 'row' ? `i % ${side}u` : `i / ${depth}u`};
      let inner = start + ${a.neighbours === 'row' ? `i / ${side}u` : `i % ${depth}u`};
      var value = 0.0;
      if (row < rowCount && inner < innerCount) { value = ${a.value}; }
      aTile[(inner - start) * ${side + 1}u + row - firstRow] = value;
    }
    for (var i = local; i < ${side * depth}u; i += ${stride * stride}u) {
      let column = firstColumn + ${b.neighbours === 'column' ? `i % ${side}u` : `i / ${depth}u`};
      let inner = start + ${b.neighbours === 'column' ? `i / ${side}u` : `i % ${depth}u`};
      var value = 0.0;
      if (column < columnCount && inner < innerCount) { value = ${b.value}; }
      bTile[(inner - start) * ${side + 1}u + column - firstColumn] = value;
    }
    workgroupBarrier();
    for (var k = 0u; k < ${depth}u; k++) {
      let aAt = k * ${side + 1}u + myRow;
      let bAt = k * ${side + 1}u + myColumn;
      let factor = vec4<f32>(${four.map((j) => `bTile[bAt + ${j * stride}u]`).join(', ')});
      ${four.map((i) => `sum${i} += aTile[aAt + ${i * stride}u] * factor;`).join('\n      ')}
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 16u; i++) {
    let row = firstRow + myRow + i / 4u * ${stride}u;
    let column = firstColumn + myColumn + i % 4u * ${stride}u;
    if (row >= rowCount || column >= columnCount) { continue; }
    let sums = select(select(sum0, sum1, i / 4u == 1u), select(sum2, sum3, i / 4u == 3u), i >= 8u);
    let value = sums[i % 4u];
    ${store}
  }
}`
}
