// A regression tree of a few levels, grown greedily by least squares: Breiman, Friedman, Olshen and Stone, Classification and
// regression trees, 1984. Its nodes are those of a heap: node i has the children 2 i + 1 and 2 i + 2.

/** A tree. */
export interface Tree {
  /** The entry that each node asks for; -1 in a leaf. */
  readonly features: Int16Array
  /** A value of at most this goes left. */
  readonly thresholds: Float64Array
}

/** What {@link growTree} gives. */
export interface GrownTree {
  readonly tree: Tree
  /** The leaf of each example. */
  readonly nodes: Uint8Array
  /** By how much the splits on each entry lessened the squared error, over the number of examples. */
  readonly gains: Float64Array
}

/** Values that are no farther apart are not split. */
const closest = 1e-7

/**
 * Grows a tree. Of equally good splits the first wins: by the order in which entries are tried, then by value.
 *
 * @param columns the entries, each with a value for each example; borrowed
 * @param orders for each entry the examples by their value, ascending; borrowed
 * @param targets what the tree predicts, for each example; borrowed
 * @param depth levels of splits, at most 6
 * @param trialOf the order in which the entries are tried at a level
 */
export function growTree(
  columns: readonly Float32Array[],
  orders: readonly Uint32Array[],
  targets: Float64Array,
  depth: number,
  trialOf: (level: number) => Uint32Array,
): GrownTree {
  const size = 2 ** (depth + 1) - 1
  const tree: Tree = { features: new Int16Array(size).fill(-1), thresholds: new Float64Array(size) }
  const nodes = new Uint8Array(targets.length)
  const gains = new Float64Array(columns.length)
  for (let level = 0; level < depth; level++) {
    const whole = totalsOf(nodes, targets, size)
    const best = new Float64Array(size).fill(Number.NEGATIVE_INFINITY)
    for (const feature of trialOf(level)) {
      const [column, order] = [columns[feature] as Float32Array, orders[feature] as Uint32Array]
      scan(column, order, targets, nodes, whole, (node, gain, threshold) => {
        if (gain <= (best[node] as number)) return
        best[node] = gain
        tree.features[node] = feature
        tree.thresholds[node] = threshold
      })
    }
    for (const [node, gain] of best.entries()) {
      const feature = tree.features[node] as number
      if (gain > Number.NEGATIVE_INFINITY) gains[feature] = (gains[feature] as number) + gain / targets.length
    }
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i] as number
      const feature = tree.features[node] as number
      if (feature >= 0) nodes[i] = childOf(node, (columns[feature] as Float32Array)[i] as number, tree)
    }
  }
  return { tree, nodes, gains }
}

/** The leaf that example `i` of `columns` comes to. */
export function leafOf(tree: Tree, columns: readonly Float32Array[], i: number): number {
  let node = 0
  for (let feature = tree.features[node] as number; feature >= 0; feature = tree.features[node] as number) {
    node = childOf(node, (columns[feature] as Float32Array)[i] as number, tree)
  }
  return node
}

function childOf(node: number, value: number, { thresholds }: Tree): number {
  return 2 * node + (value <= (thresholds[node] as number) ? 1 : 2)
}

/** What a node holds. */
interface Totals {
  readonly counts: Float64Array
  readonly sums: Float64Array
  /** 1 where the targets are all alike, so that no split helps. */
  readonly pure: Uint8Array
}

function totalsOf(nodes: Uint8Array, targets: Float64Array, size: number): Totals {
  const [counts, sums, squares] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)]
  for (const [i, node] of nodes.entries()) {
    const target = targets[i] as number
    counts[node] = (counts[node] as number) + 1
    sums[node] = (sums[node] as number) + target
    squares[node] = (squares[node] as number) + target * target
  }
  const pure = Uint8Array.from(counts, (count, node) => {
    const impurity = (squares[node] as number) / count - ((sums[node] as number) / count) ** 2
    return Number(impurity <= Number.EPSILON)
  })
  return { counts, sums, pure }
}

/** Every split of every node on one entry. */
function scan(
  column: Float32Array,
  order: Uint32Array,
  targets: Float64Array,
  nodes: Uint8Array,
  { counts, sums, pure }: Totals,
  offer: (node: number, gain: number, threshold: number) => void,
): void {
  const leftCounts = new Float64Array(counts.length)
  const leftSums = new Float64Array(counts.length)
  const last = new Float64Array(counts.length)
  for (let k = 0; k < order.length; k++) {
    const i = order[k] as number
    const node = nodes[i] as number
    if (pure[node] === 1) continue
    const value = column[i] as number
    const left = leftCounts[node] as number
    if (left > 0 && value > (last[node] as number) + closest) {
      const right = (counts[node] as number) - left
      const distance = (leftSums[node] as number) / left - ((sums[node] as number) - (leftSums[node] as number)) / right
      const middle = (last[node] as number) / 2 + value / 2
      offer(
        node,
        ((left * right) / (left + right)) * distance * distance,
        middle === value ? (last[node] as number) : middle,
      )
    }
    leftCounts[node] = left + 1
    leftSums[node] = (leftSums[node] as number) + (targets[i] as number)
    last[node] = value
  }
}
