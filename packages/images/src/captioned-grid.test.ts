import '@tensorflow/tfjs-backend-cpu'
import { expectNoLeak } from '@ae/library/testing'
import { fill, type Tensor3D, tensor, zeros } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { captionedGrid } from './captioned-grid.ts'
import { grid } from './grid.ts'

/** A picture with `#` for the letters, `o` for the images and `.` for what is around them. */
const picture = (image: Tensor3D) =>
  image
    .arraySync()
    .map((row) => row.map(([value]) => (value === 1 ? '#' : value === 0 ? '.' : 'o')).join(''))
    .join('\n')

const half = (count: number, height: number, width: number) => fill([count, height, width, 1], 0.5)

test('captionedGrid writes a text under each image, in the middle of a place that is wide enough', () => {
  expect(
    picture(captionedGrid(half(2, 3, 9), { columns: 2, captions: ['1', '-7'], padding: 1 })),
  ).toMatchInlineSnapshot(`
    ".............................
    ...ooooooooo.....ooooooooo...
    ...ooooooooo.....ooooooooo...
    ...ooooooooo.....ooooooooo...
    .............................
    .............................
    .............................
    .......#..............#####..
    ......##..................#..
    .......#.................#...
    .......#........#####...#....
    .......#...............#.....
    .......#...............#.....
    ......###..............#.....
    .............................
    .............................
    .............................
    .............................
    .............................
    ............................."
  `)
})

test('captionedGrid writes the rows to the left, the columns above, and the title over all', () => {
  const strip = captionedGrid(half(2, 9, 9), { rowLabels: ['z0', 'z'], columnLabels: ['1'], title: 'Walk', padding: 1 })
  expect(picture(strip)).toMatchInlineSnapshot(`
    ".............................
    .............................
    .............................
    ...#...#........##...#.......
    ...#...#.........#...#.......
    ...#...#..###....#...#..#....
    ...#.#.#.....#...#...#.#.....
    ...#.#.#..####...#...##......
    ...#.#.#.#...#...#...#.#.....
    ....#.#...####..###..#..#....
    .............................
    .............................
    .............................
    .............................
    .............................
    .....................#.......
    ....................##.......
    .....................#.......
    .....................#.......
    .....................#.......
    .....................#.......
    ....................###......
    .............................
    .............................
    .............................
    .............................
    .............................
    .................ooooooooo...
    ..........###....ooooooooo...
    .........#...#...ooooooooo...
    ...#####.#..##...ooooooooo...
    ......#..#.#.#...ooooooooo...
    .....#...##..#...ooooooooo...
    ....#....#...#...ooooooooo...
    ...#####..###....ooooooooo...
    .................ooooooooo...
    .............................
    .................ooooooooo...
    .................ooooooooo...
    .................ooooooooo...
    .........#####...ooooooooo...
    ............#....ooooooooo...
    ...........#.....ooooooooo...
    ..........#......ooooooooo...
    .........#####...ooooooooo...
    .................ooooooooo...
    ............................."
  `)
})

test('captionedGrid without texts is a grid', () => {
  const images = tensor([1, 2, 3, 4, 5, 6], [3, 1, 2, 1])
  const options = { columns: 2, padding: 1, background: 7, scale: 2 }
  expect(captionedGrid(images, options).arraySync()).toEqual(grid(images, options).arraySync())
  expect(captionedGrid(images).arraySync()).toEqual(grid(images).arraySync())
})

test('captionedGrid takes its columns from its texts unless they are given', () => {
  const images = half(12, 20, 20)
  const size = (options: Parameters<typeof captionedGrid>[1]) => captionedGrid(images, { padding: 0, ...options }).shape
  const line = 9 + 3
  const label = 3 + 5 + 3
  expect(size({ rowLabels: ['a', 'b', 'c'] })).toEqual([3 * 20, label + 4 * 20, 1])
  expect(size({ columnLabels: ['a', 'b', 'c'] })).toEqual([3 + line + 4 * 20, 3 * 20, 1])
  expect(size({ columnLabels: ['a', 'b', 'c', 'd', 'e'] })).toEqual([3 + line + 3 * 20, 5 * 20, 1])
  expect(size({ columns: 6, rowLabels: ['a', 'b'], title: 'T' })).toEqual([3 + line + 2 * 20, label + 6 * 20, 1])
  expect(size({ columns: 6, captions: Array(12).fill('') })).toEqual([2 * (20 + 3 + line), 6 * 20, 1])
})

test('captionedGrid makes its letters half as large as its pixels, unless told otherwise', () => {
  const height = (options: object) => captionedGrid(half(1, 1, 30), { title: 'T', padding: 0, ...options }).shape[0]
  expect([1, 2, 3, 4].map((scale) => height({ scale }) - scale)).toEqual([15, 15, 30, 30])
  expect(height({ textScale: 3 })).toBe(45 + 1)
})

test('captionedGrid widens the picture for a long title, and places for long texts', () => {
  expect(captionedGrid(half(1, 4, 4), { title: 'a long one' }).shape[1]).toBe(3 + 59 + 3)
  expect(captionedGrid(half(2, 4, 4), { columns: 2, padding: 1, captions: ['a', 'four'] }).shape[1]).toBe(
    2 * (23 + 3) + 1,
  )
})

test('captionedGrid writes in all channels, dark on a light background, or in the ink that is given', () => {
  const images = fill([1, 8, 8, 3], 0.5)
  const values = (options: object) => [
    ...new Set(
      captionedGrid(images, { title: 'T', ...options })
        .arraySync()
        .flatMap((row) => row.map(String)),
    ),
  ]
  expect(values({})).toEqual(['0,0,0', '1,1,1', '0.5,0.5,0.5'])
  expect(values({ background: 1 })).toEqual(['1,1,1', '0,0,0', '0.5,0.5,0.5'])
  expect(values({ background: -1, ink: 9 })).toEqual(['-1,-1,-1', '9,9,9', '0.5,0.5,0.5'])
})

test('captionedGrid takes integers and gives floats', () => {
  const image = captionedGrid(tensor([0, 255], [2, 1, 1], 'int32'), { title: 'T', ink: 255 })
  expect(image.dtype).toBe('float32')
})

test('captionedGrid borrows its images and returns one tensor, and none after a failure', () => {
  const images = half(2, 4, 4)
  expectNoLeak(() => {
    captionedGrid(images, { captions: ['a', 'b'], scale: 2, title: 'T' }).dispose()
    expect(() => captionedGrid(images, { captions: ['a'] })).toThrow()
  })
  expect(images.isDisposed).toBe(false)
})

test('captionedGrid refuses texts that are not as many as their places', () => {
  const images = zeros([10, 28, 28, 1])
  expect(() => captionedGrid(images, { captions: ['a', 'b'] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`captionedGrid\` received too few \`captions\`.

    Expected: 10, as many as images
    Received: 2
    Fix:      pass one text each; '' leaves a place without]
  `)
  expect(() => captionedGrid(images, { columns: 5, rowLabels: ['a', 'b', 'c'] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`captionedGrid\` received too many \`rowLabels\`.

    Expected: 2, as many as rows
    Received: 3
    Fix:      pass one text each; '' leaves a place without]
  `)
  expect(() => captionedGrid(images, { columns: 3, columnLabels: ['a'] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`captionedGrid\` received too few \`columnLabels\`.

    Expected: 3, as many as columns
    Received: 1
    Fix:      pass one text each; '' leaves a place without]
  `)
  expect(() => captionedGrid(images, { columnLabels: ['a', 'b'], rowLabels: ['a'] })).toThrow('5, as many as rows')
})

test('captionedGrid refuses bad options and what is not a batch of images', () => {
  const images = zeros([1, 28, 28, 1])
  expect(() => captionedGrid(images, { captions: ['é'] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`captionedGrid\` received a bad \`captions\`.

    Expected: an array of strings of printable ASCII (letters, digits, signs; no accents), at least one
    Received: ["é"]
    Fix:      pass an array of strings of printable ASCII (letters, digits, signs; no accents), at least one]
  `)
  expect(() => captionedGrid(images, { title: 'a\nb' })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`captionedGrid\` received a bad \`title\`.

    Expected: a string of printable ASCII (letters, digits, signs; no accents)
    Received: "a\\nb"
    Fix:      pass a string of printable ASCII (letters, digits, signs; no accents)]
  `)
  expect(() => captionedGrid(images, { rowLabels: [] })).toThrow('received a bad `rowLabels`')
  expect(() => captionedGrid(images, { columnLabels: [] })).toThrow('received a bad `columnLabels`')
  expect(() => captionedGrid(images, { textScale: 0 })).toThrow('received a bad `textScale`')
  expect(() => captionedGrid(images, { ink: Number.NaN })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`captionedGrid\` received a bad \`ink\`.

    Expected: a finite number
    Received: NaN
    Fix:      pass a finite number]
  `)
  expect(() => captionedGrid(images, { padding: -1 })).toThrow('`captionedGrid` received a bad `padding`')
  // @ts-expect-error a misspelt option
  expect(() => captionedGrid(images, { caption: ['a'] })).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`captionedGrid\` has no option \`caption\`.

    Expected: columns, padding, background, scale, captions, rowLabels, columnLabels, title, textScale, ink
    Received: caption
    Fix:      did you mean captions?]
  `)
  expect(() => captionedGrid(zeros([28, 28]))).toThrow('`captionedGrid` received `images` of the wrong shape')
})
