// Digits of a few strokes, and the places of their classes on a plane.

/** Classes of the fake data. */
export const classCount = 10

const size = 28

/** Strokes of each digit in a box of 10 by 16, as polylines. */
const strokes: readonly (readonly (readonly number[])[])[] = [
  [[5, 0, 9, 3, 9, 13, 5, 16, 1, 13, 1, 3, 5, 0]],
  [[4, 2, 6, 0, 6, 16]],
  [[1, 3, 5, 0, 9, 3, 8, 7, 1, 16, 9, 16]],
  [[1, 1, 6, 0, 9, 3, 5, 7, 9, 11, 6, 16, 1, 15]],
  [[7, 16, 7, 0, 0, 11, 10, 11]],
  [[9, 0, 2, 0, 2, 7, 7, 6, 9, 11, 6, 16, 1, 15]],
  [[8, 0, 3, 5, 1, 11, 5, 16, 9, 12, 6, 8, 2, 10]],
  [[1, 0, 9, 0, 4, 16]],
  [[5, 7, 1, 4, 5, 0, 9, 4, 1, 12, 5, 16, 9, 12, 5, 7]],
  [[9, 5, 5, 8, 1, 4, 5, 0, 9, 3, 9, 8, 6, 16]],
]

const centres = Array.from({ length: classCount }, (_, label) => {
  const [ring, angle] = [
    label < 3 ? 0.75 : 2.1,
    label < 3 ? (label / 3) * 2 * Math.PI : ((label - 3) / 7) * 2 * Math.PI,
  ]
  return [ring * Math.cos(angle), ring * Math.sin(angle)] as const
})

const templates = strokes.map(raster)

/** A digit at a place of the plane. `skill` from 0 to 1 is how sharp the network that draws it is. */
export function blend(place: ArrayLike<number>, skill: number): Float32Array {
  const [x = 0, y = 0] = [place[0], place[1]]
  const sharpness = 0.3 + 2.4 * skill
  const weights = centres.map(([cx, cy]) => Math.exp(-sharpness * ((x - cx) ** 2 + (y - cy) ** 2)))
  const sum = weights.reduce((total, weight) => total + weight, 1e-9)
  const picture = new Float32Array(size * size)
  for (const [label, weight] of weights.entries())
    for (const [at, value] of (templates[label] as Float32Array).entries())
      picture[at] = (picture[at] ?? 0) + (weight / sum) * value
  return picture
}

/** Numbers in about (-1, 1) that look random; the same for the same index. */
export function noise(index: number): number {
  const value = Math.sin(index * 127.1 + 311.7) * 43758.5453
  const other = Math.sin(index * 269.5 + 183.3) * 24634.6345
  return value - Math.floor(value) + (other - Math.floor(other)) - 1
}

/** Places of examples: example `i` has the label `i % 10`. `[count, 2]` */
export function planePoints(count: number): Float32Array {
  return Float32Array.from({ length: 2 * count }, (_, at) => {
    const [x, y] = centres[(at >> 1) % classCount] as readonly [number, number]
    return (at & 1 ? y : x) + 0.62 * noise(at + 3)
  })
}

function raster(lines: readonly (readonly number[])[]): Float32Array {
  const picture = new Float32Array(size * size)
  for (let at = 0; at < picture.length; at++) {
    const [x, y] = [((at % size) - 9) * 1, (Math.floor(at / size) - 6) * 1]
    const distance = Math.min(...lines.map((line) => distanceTo(line, x, y)))
    picture[at] = Math.min(1, Math.max(0, 2 - distance))
  }
  return picture
}

function distanceTo(line: readonly number[], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY
  for (let at = 0; at + 3 < line.length; at += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = line.slice(at, at + 4)
    const [dx, dy] = [bx - ax, by - ay]
    const share = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    nearest = Math.min(nearest, Math.hypot(x - ax - share * dx, y - ay - share * dy))
  }
  return nearest
}
