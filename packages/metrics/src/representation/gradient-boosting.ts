// A classifier of boosted regression trees, with the importance of each entry: the figures of scikit-learn's
// GradientBoostingClassifier with its defaults. Friedman, Greedy function approximation: a gradient boosting machine, 2001.
import { permutation } from '@ae/core'
import { yieldToTasks } from '@ae/core/internal'
import { type Codes, columnOf, type Factor } from './codes.ts'
import { growTree, leafOf, type Tree } from './regression-tree.ts'

/** How the trees are grown. */
export interface BoostingOptions {
  /** Rounds; each grows a tree for every class, or one for two classes. */
  readonly rounds: number
  /** How deep each tree is. */
  readonly depth: number
  /** What each tree counts. */
  readonly learningRate: number
  /** Seeds the order in which entries are tried: of splits that are equally good the first is taken. */
  readonly seed: number
}

/** A fitted classifier. */
export interface Boosting {
  /** What each entry of a code contributed to the trees, `[codeSize]`; they add up to 1, or to 0 if there was nothing to tell. */
  readonly importances: Float64Array
  /** The class of each code, as places among the values of the factor. */
  predict(codes: Codes): Int32Array
}

/**
 * Fits trees to a factor.
 *
 * @param codes borrowed
 * @param factor of these codes, of at least two values; borrowed
 */
export async function fitBoosting(codes: Codes, factor: Factor, options: BoostingOptions): Promise<Boosting> {
  const { rounds, depth, learningRate, seed } = options
  const { count, codeSize } = codes
  const classes = factor.values.length
  const outputs = classes === 2 ? 1 : classes
  const columns = columnsOf(codes)
  const orders = columns.map((column) =>
    Uint32Array.from(column.keys()).sort((a, b) => (column[a] as number) - (column[b] as number)),
  )
  const start = startOf(factor, outputs)
  const raw = start.map((value) => new Float64Array(count).fill(value))
  const trees: { readonly tree: Tree; readonly leaves: Float64Array; readonly output: number }[] = []
  const importances = new Float64Array(codeSize)
  for (let round = 0; round < rounds; round++) {
    const residuals = residualsOf(raw, factor)
    for (const [output, residual] of residuals.entries()) {
      const { tree, nodes, gains } = growTree(columns, orders, residual, depth, (level) =>
        permutation('dci', { seed, step: trees.length * depth + level }, codeSize),
      )
      const leaves = leafValues(nodes, residual, tree.features.length, outputs).map((value) => learningRate * value)
      const own = raw[output] as Float64Array
      for (let i = 0; i < count; i++) own[i] = (own[i] as number) + (leaves[nodes[i] as number] as number)
      for (const [entry, gain] of gains.entries()) importances[entry] = (importances[entry] as number) + gain
      trees.push({ tree, leaves, output })
      await yieldToTasks()
    }
  }
  const total = importances.reduce((sum, importance) => sum + importance, 0)
  return {
    importances: importances.map((importance) => (total > 0 ? importance / total : 0)),
    predict(asked) {
      const scores = start.map((value) => new Float64Array(asked.count).fill(value))
      const own = columnsOf(asked)
      for (const { tree, leaves, output } of trees) {
        const score = scores[output] as Float64Array
        for (let i = 0; i < score.length; i++) {
          score[i] = (score[i] as number) + (leaves[leafOf(tree, own, i)] as number)
        }
      }
      return Int32Array.from({ length: asked.count }, (_, i) => highest(scores, i))
    },
  }
}

/** Entries as float32, as scikit-learn keeps them. */
function columnsOf(codes: Codes): readonly Float32Array[] {
  return Array.from({ length: codes.codeSize }, (_, entry) => Float32Array.from(columnOf(codes, entry)))
}

/** The log of the share of each class; of two, the log odds of the second. */
function startOf({ indices, values }: Factor, outputs: number): readonly number[] {
  const sizes = new Float64Array(values.length)
  for (const index of indices) sizes[index] = (sizes[index] as number) + 1
  if (outputs === 1) return [Math.log((sizes[1] as number) / (sizes[0] as number))]
  return Array.from(sizes, (size) => Math.log(size / indices.length))
}

/** 1 at the class of a code and 0 elsewhere, less the probability; for each output. */
function residualsOf(raw: readonly Float64Array[], { indices }: Factor): readonly Float64Array[] {
  if (raw.length === 1) {
    return [Float64Array.from(indices, (index, i) => index - 1 / (1 + Math.exp(-Number(raw[0]?.[i]))))]
  }
  const residuals = raw.map((scores) => Float64Array.from(scores))
  for (const [i, index] of indices.entries()) {
    let [top, sum] = [Number.NEGATIVE_INFINITY, 0]
    for (const scores of raw) top = Math.max(top, scores[i] as number)
    for (const scores of raw) sum += Math.exp((scores[i] as number) - top)
    for (const [k, scores] of raw.entries()) {
      const residual = residuals[k] as Float64Array
      residual[i] = Number(k === index) - Math.exp((scores[i] as number) - top) / sum
    }
  }
  return residuals
}

/** One step of Newton in each leaf: equation 32 of the paper. */
function leafValues(nodes: Uint8Array, residual: Float64Array, size: number, outputs: number): Float64Array {
  const sums = new Float64Array(size)
  const curvatures = new Float64Array(size)
  for (const [i, node] of nodes.entries()) {
    const value = residual[i] as number
    sums[node] = (sums[node] as number) + value
    curvatures[node] = (curvatures[node] as number) + Math.abs(value) * (1 - Math.abs(value))
  }
  const factor = outputs === 1 ? 1 : (outputs - 1) / outputs
  return sums.map((sum, node) =>
    Math.abs(curvatures[node] as number) < 1e-150 ? 0 : (factor * sum) / (curvatures[node] as number),
  )
}

function highest(scores: readonly Float64Array[], i: number): number {
  if (scores.length === 1) return Number(Number(scores[0]?.[i]) > 0)
  let best = 0
  for (let k = 1; k < scores.length; k++) if (Number(scores[k]?.[i]) > Number(scores[best]?.[i])) best = k
  return best
}
