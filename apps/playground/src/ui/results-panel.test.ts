import { expect, test } from 'vitest'
import { inRows } from './results-panel.ts'

const picturesOf = (values: readonly number[]) => ({
  values: new Float32Array(values),
  count: values.length,
  height: 1,
  width: 1,
  channels: 1,
})

test('each example stands above its reconstruction, also where the last row is not full', () => {
  const examples = [1, 2, 3, 4, 5, 6, 7, 8]
  const rows = inRows(picturesOf(examples), picturesOf(examples.map((value) => 10 * value)))
  const rest = Array(4).fill(Number.NaN)
  expect(Array.from(rows?.values ?? [])).toEqual([
    ...[1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60],
    ...[7, 8, ...rest, 70, 80, ...rest],
  ])
})
