// The cells of a code of symbols: how dark each is, and where the arrow keys lead.

/** How much ink a vector of the codebook gets. Vectors have no order; the golden ratio sets neighbours apart. */
export function shadeOf(symbol: number, symbols: number): number {
  const share = symbols <= 1 ? 0 : (symbol * 0.618033988749895) % 1
  return 0.08 + 0.8 * share
}

/**
 * Where a key leads in a grid.
 *
 * @returns undefined if the key does not move, or there is no cell
 */
export function movedCell(cell: number, key: string, rows: number, columns: number): number | undefined {
  const [row, column] = [Math.floor(cell / columns), cell % columns]
  if (key === 'ArrowLeft') return column > 0 ? cell - 1 : undefined
  if (key === 'ArrowRight') return column + 1 < columns ? cell + 1 : undefined
  if (key === 'ArrowUp') return row > 0 ? cell - columns : undefined
  if (key === 'ArrowDown') return row + 1 < rows ? cell + columns : undefined
  if (key === 'Home') return row * columns
  if (key === 'End') return (row + 1) * columns - 1
  return undefined
}
