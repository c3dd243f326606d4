import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { max, min, type Tensor3D, tensor2d, zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { encodePng } from './encode-png.ts'
import { lookOf } from './palette.ts'
import { scatterPlot } from './scatter-plot.ts'
import { findColour } from './testing/find-colour.ts'

const corners = () =>
  tensor2d([
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ])

const small = { width: 320, height: 240, textScale: 1, opacity: 1 }

/** Where the colour of a label is in the columns before `until`: its count of pixels, and the middle of them. */
function find(
  image: Tensor3D,
  label: number,
  until = Number.POSITIVE_INFINITY,
): { count: number; x: number; y: number } {
  const found = findColour(image, lookOf(label).colour).filter(([x]) => x < until)
  const mean = (axis: 0 | 1) => Math.round(found.reduce((sum, place) => sum + place[axis], 0) / found.length)
  return { count: found.length, x: mean(0), y: mean(1) }
}

test('scatterPlot puts points where their coordinates say, x to the right and y upwards', async () => {
  const at = async (x: number, y: number) => {
    // The corners are drawn in the first colour, the point in the second. The legend, at the right, does not count.
    const points = tensor2d([
      [0, 0],
      [1, 1],
      [x, y],
    ])
    const image = await scatterPlot(points, { labels: [0, 0, 1], ...small })
    return find(image, 1, 290)
  }
  const [left, middle, right, high] = [await at(0.1, 0.5), await at(0.5, 0.5), await at(0.9, 0.5), await at(0.5, 0.9)]
  expect([left.y, right.y, high.x]).toEqual([middle.y, middle.y, middle.x])
  expect(right.x - middle.x).toBeGreaterThan(80)
  expect(Math.abs(right.x - middle.x - (middle.x - left.x))).toBeLessThanOrEqual(1)
  expect(middle.y - high.y).toBeGreaterThan(60)
})

test('scatterPlot colours a point by its label, whichever other labels there are', async () => {
  const image = await scatterPlot(corners(), { ...small, labels: Uint8Array.of(7, 3, 3, 3), radius: 5 })
  const [seven, three] = [find(image, 7), find(image, 3)] // with the mark of the legend
  expect(seven.count).toBeGreaterThan(80)
  expect(three.count).toBeGreaterThan(seven.count + 100)
  expect(find(image, 0).count).toBe(0)
})

test('scatterPlot has a look of its own for each of 30 labels', async () => {
  expect(new Set(Array.from({ length: 30 }, (_, label) => JSON.stringify(lookOf(label)))).size).toBe(30)
  expect(lookOf(30)).toEqual(lookOf(0))
  expect(lookOf(1).colour.map((value) => Math.round(255 * value))).toEqual([255, 169, 14])
  const [disc, square, diamond] = [1, 11, 21].map((label) => lookOf(label))
  expect([disc?.colour, square?.colour]).toEqual([diamond?.colour, diamond?.colour])
  expect([disc?.shape, square?.shape, diamond?.shape]).toEqual(['disc', 'square', 'diamond'])
  const count = async (label: number) =>
    find(await scatterPlot(corners(), { ...small, labels: Array(4).fill(label), radius: 9 }), label).count
  expect(await count(11)).not.toBe(await count(1))
})

test('scatterPlot has a legend with the labels that occur, or their names, and none without labels', async () => {
  const legend = async (options: object) => {
    const image = await scatterPlot(corners(), { ...small, ...options })
    return findColour(image, [0.15, 0.15, 0.15]).filter(([x, y]) => x >= 302 && y < 230).length
  }
  const [none, two, three] = [
    await legend({}),
    await legend({ labels: [0, 0, 2, 2] }),
    await legend({ labels: [0, 1, 2, 2] }),
  ]
  expect(none).toBe(0)
  expect(two).toBeGreaterThan(20)
  expect(three).toBeGreaterThan(two)
  expect(await legend({ labels: [0, 0, 2, 2], labelNames: ['T-shirt', 'Trouser', 'Pullover'] })).toBeGreaterThan(two)
})

test('scatterPlot draws the same picture of the same points', async () => {
  const options = { labels: [0, 1, 2, 3], title: 'Codes', axisNames: ['z0', 'z1'] } as const
  const [first, second] = [await scatterPlot(corners(), options), await scatterPlot(corners(), options)]
  expect(first.shape).toEqual([480, 640, 3])
  expect(await encodePng(first)).toEqual(await encodePng(second))
  expect([min(first).arraySync(), max(first).arraySync()]).toEqual([expect.closeTo(0.004), 1])
})

test('scatterPlot takes one point, and integers', async () => {
  const image = await scatterPlot(tensor2d([[3, -4]], [1, 2], 'int32'), { width: 300, height: 200, textScale: 1 })
  expect(image.shape).toEqual([200, 300, 3])
})

test('scatterPlot borrows its points and returns one tensor, and none after a failure', async () => {
  const points = corners()
  await expectNoLeak(async () => {
    const image = await scatterPlot(points, { labels: [1, 2, 3, 4] })
    image.dispose()
    await expect(scatterPlot(points, { width: 10 })).rejects.toThrow()
  })
  expect(points.isDisposed).toBe(false)
})

test('scatterPlot refuses what is not a list of points', async () => {
  await expect(scatterPlot(zeros([100, 20]))).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`scatterPlot\` received \`points\` of the wrong shape.

    Expected: [count, 2], at least one point
    Received: [100, 20]
    Fix:      pass two columns, e.g. tf.slice(points, [0, 0], [-1, 2]), or project the points to a plane first]
  `)
  await expect(scatterPlot(zeros([0, 2]))).rejects.toThrow('[0, 2]')
  await expect(scatterPlot(zeros([2]))).rejects.toThrow('[2]')
  const bad = tensor2d([
    [0, 1],
    [2, Number.NaN],
  ])
  await expect(scatterPlot(bad)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`scatterPlot\` received \`points\` with values that are not finite.

    Expected: finite values
    Received: NaN at row 1, column 1; 1 of 4 values are NaN or infinite
    Fix:      find where the first NaN comes from: the data, or a model whose training diverged]
  `)
})

test('scatterPlot refuses labels and names that do not fit', async () => {
  const points = corners()
  await expect(scatterPlot(points, { labels: [1, 2] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [ShapeError: \`scatterPlot\` received the wrong number of \`labels\`.

    Expected: 4, one per point
    Received: 2
    Fix:      pass the labels of these points, in their order]
  `)
  await expect(scatterPlot(points, { labels: [1, 2, 3, 0.5] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`scatterPlot\` received a bad \`labels\`.

    Expected: an array of integers of at least 0
    Received: [1, 2, 3, 0.5]
    Fix:      pass an array of integers of at least 0]
  `)
  await expect(scatterPlot(points, { labels: [1, 2, 3, -1] })).rejects.toThrow('received a bad `labels`')
  await expect(
    scatterPlot(points, { labels: [0, 1, 2, 3], labelNames: ['a', 'b'] }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`scatterPlot\` received \`labelNames\` that do not fit its \`labels\`.

    Expected: a name for each label up to 3
    Received: 2 names
    Fix:      pass the names of all classes, in the order of their labels]
  `)
  await expect(scatterPlot(points, { labelNames: ['a', 'b'] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`scatterPlot\` received \`labelNames\` that do not fit its \`labels\`.

    Expected: \`labels\`, one per point
    Received: 2 names
    Fix:      pass the labels too]
  `)
})

test('scatterPlot refuses bad options, and too small a picture', async () => {
  const points = corners()
  await expect(scatterPlot(points, { width: 200, height: 100 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`scatterPlot\` has no room left for the plot.

    Expected: at least 388 x 148 pixels
    Received: 200 x 100
    Fix:      pass a larger width and height, or a smaller textScale]
  `)
  await expect(scatterPlot(points, { title: 'long '.repeat(20) })).rejects.toThrow('at least 1286 x 480 pixels')
  await expect(scatterPlot(points, { axisNames: ['', 'high '.repeat(20)] })).rejects.toThrow('at least 640 x')
  await expect(scatterPlot(points, { opacity: 2 })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`scatterPlot\` received a bad \`opacity\`.

    Expected: a number above 0 and up to 1
    Received: 2
    Fix:      pass a number above 0 and up to 1]
  `)
  await expect(scatterPlot(points, { radius: 0 })).rejects.toThrow('received a bad `radius`')
  await expect(scatterPlot(points, { height: 0.5 })).rejects.toThrow('received a bad `height`')
  await expect(scatterPlot(points, { width: -1 })).rejects.toThrow('received a bad `width`')
  await expect(scatterPlot(points, { textScale: 0 })).rejects.toThrow('received a bad `textScale`')
  await expect(scatterPlot(points, { title: 'é' })).rejects.toThrow('received a bad `title`')
  // @ts-expect-error one name
  await expect(scatterPlot(points, { axisNames: ['z0'] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`scatterPlot\` received a bad \`axisNames\`.

    Expected: two strings of printable ASCII, e.g. ['z0', 'z1']
    Received: ["z0"]
    Fix:      pass two strings of printable ASCII, e.g. ['z0', 'z1']]
  `)
  // @ts-expect-error an option of lineChart
  await expect(scatterPlot(points, { lineWidth: 2 })).rejects.toThrow('has no option `lineWidth`')
})

test('scatterPlot takes plain numbers, as pca gives them', async () => {
  const values = [0.5, -1, 2, 3, -0.25, 1]
  const labels = [0, 1, 1]
  const plain = await scatterPlot({ values: Float64Array.from(values), count: 3, codeSize: 2 }, { labels })
  const points = tensor2d(values, [3, 2])
  expect(await encodePng(plain)).toEqual(await encodePng(await scatterPlot(points, { labels })))
  await expect(scatterPlot({ values: [1, 2, 3], count: 1, codeSize: 3 })).rejects.toThrow('of the wrong shape')
  await expect(scatterPlot({ values: [1, Number.NaN], count: 1, codeSize: 2 })).rejects.toThrow('NaN')
  await expect(scatterPlot({ values: [1, 2], count: 2, codeSize: 2 })).rejects.toThrow('that is not a tensor')
})
