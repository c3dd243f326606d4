// tfjs-core knows this too, but whoever asks it there (backend_util) ships 10 kB of unrelated code with it.

/** The shape that two broadcast to; undefined where an axis has two lengths, neither of them 1. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] | undefined {
  const shape: number[] = []
  for (let axis = 1; axis <= Math.max(a.length, b.length); axis++) {
    const [length, other] = [a.at(-axis) ?? 1, b.at(-axis) ?? 1]
    if (length !== other && length !== 1 && other !== 1) return undefined
    shape.unshift(length === 1 ? other : length)
  }
  return shape
}
