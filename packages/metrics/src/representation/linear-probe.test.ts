import { OptionError } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { describe, expect, test } from 'vitest'
import oracle from '../../../../reference/oracles/representation.json' with { type: 'json' }
import type { LabelledCodes } from './codes.ts'
import { linearProbe } from './linear-probe.ts'
import { nearestNeighbors } from './nearest-neighbors.ts'

/** The codes of an oracle in two parts. */
function parts({
  codes,
  labels,
  train,
}: {
  readonly codes: number[][]
  readonly labels: number[]
  readonly train: number
}) {
  return [
    { codes: codes.slice(0, train), labels: labels.slice(0, train) },
    { codes: codes.slice(train), labels: labels.slice(train) },
  ] as const
}

describe.each(oracle.probes)('a probe with the penalty $penalty', (one) => {
  test('has the weights and the accuracy of scikit-learn', async () => {
    const [train, test] = parts(one)
    const probe = await linearProbe(train, test, { penalty: one.penalty })
    expect(probe.hasConverged).toBe(true)
    expectClose(probe.weights, one.weights, { absolute: 2e-5 })
    expectClose(probe.intercepts, one.intercepts, { absolute: 2e-4 })
    expect(probe.accuracy.value).toBeCloseTo(one.accuracy, 8)
    expect(probe.trainAccuracy.value).toBeCloseTo(one.trainAccuracy, 8)
    expect(probe.classes).toEqual([...new Set(one.labels)].sort((a, b) => a - b))
  })
})

test('what encodeAll gives is taken as it is', async () => {
  const pair = parts(oracle.probes[2] as (typeof oracle.probes)[2])
  const encoded = ({ codes, labels }: (typeof pair)[number]): LabelledCodes => {
    const [count, codeSize] = [codes.length, codes[0]?.length ?? 0]
    return { values: Float64Array.from(codes.flat()), count, codeSize, labels: Int32Array.from(labels) }
  }
  const [train, test] = [encoded(pair[0]), encoded(pair[1])]
  expect((await linearProbe(train, test)).accuracy).toEqual((await linearProbe(...pair)).accuracy)
  expect((await nearestNeighbors(train, test)).accuracy).toEqual((await nearestNeighbors(...pair)).accuracy)
})

test('the standard error of an accuracy is that of a share', async () => {
  const [train, test] = parts(oracle.probes[2] as (typeof oracle.probes)[2])
  const { accuracy } = await linearProbe(train, test)
  const { value, standardError, unit } = accuracy
  expect(standardError).toBeCloseTo(Math.sqrt((value * (1 - value)) / 39), 8)
  expect(unit).toBe('1')
})

test('a label that the training codes lack counts as an error', async () => {
  const train = { codes: [[0], [1], [2], [3]], labels: [0, 0, 1, 1] }
  const { accuracy } = await linearProbe(train, { codes: [[0], [3], [3]], labels: [0, 1, 2] })
  expect(accuracy.value).toBeCloseTo(2 / 3, 10)
})

test('a probe says when it has not converged', async () => {
  const [train, test] = parts(oracle.probes[3] as (typeof oracle.probes)[3])
  expect((await linearProbe(train, test, { iterations: 2 })).hasConverged).toBe(false)
})

describe.each(oracle.neighbors)('$neighbors neighbours by $distance distance', (one) => {
  test('predict what those of scikit-learn do', async () => {
    const [train, test] = parts(one)
    const { neighbors, distance } = one
    const found = await nearestNeighbors(train, test, { neighbors, distance: distance as 'euclidean' | 'cosine' })
    expect([...found.predictions]).toEqual(one.predictions)
    expect(found.accuracy.value).toBeCloseTo(one.accuracy, 8)
  })
})

test('of labels with equally many votes the smallest wins, of equally near codes the earlier is nearer', async () => {
  const train = { codes: [[1], [-1], [2]], labels: [7, -3, 7] }
  const asked = { codes: [[0]], labels: [7] }
  expect((await nearestNeighbors(train, asked, { neighbors: 2 })).predictions[0]).toBe(-3)
  expect((await nearestNeighbors(train, asked, { neighbors: 1 })).predictions[0]).toBe(7)
})

// biome-ignore format: rows of numbers
const good = { codes: [[0, 1], [1, 0]], labels: [0, 1] }

test.each<[string, () => Promise<unknown>]>([
  ['labels of one class', () => linearProbe({ ...good, labels: [1, 1] }, good)],
  ['too few labels', () => linearProbe(good, { ...good, labels: [1] })],
  ['labels that are not integers', () => linearProbe(good, { ...good, labels: [1, 0.5] })],
  ['test codes of another length', () => linearProbe(good, { codes: [[1]], labels: [1] })],
  ['codes without labels', () => linearProbe(good.codes as never, good)],
  ['a penalty of 0', () => linearProbe(good, good, { penalty: 0 })],
  ['fewer codes than neighbours', () => nearestNeighbors(good, good)],
  [
    'a code of zeros with the cosine',
    () => nearestNeighbors(good, { codes: [[0, 0]], labels: [1] }, { neighbors: 1, distance: 'cosine' }),
  ],
])('%s are refused', async (_title, run) => {
  await expect(run()).rejects.toThrow(OptionError)
})

test('the errors of probes say what to pass', async () => {
  await expect(linearProbe({ ...good, labels: [1, 1] }, good)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`linearProbe\` received training labels of one class.

    Expected: at least two different labels
    Received: 2 of 1
    Fix:      pass examples of several classes]
  `)
  await expect(linearProbe(good.codes as never, good)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`linearProbe\` received \`train\` that is not codes with labels.

    Expected: codes with labels
    Received: [[…], […]], whose labels is not an object
    Fix:      pass what encodeAll(model, data) gives of data with labels, or { codes, labels }]
  `)
  await expect(linearProbe(good, { ...good, labels: [1] })).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`linearProbe\` received the wrong number of \`test.labels\`.

    Expected: 2, one for each code
    Received: 1
    Fix:      pass codes, labels and factors of the same examples]
  `)
  await expect(nearestNeighbors(good, good)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`nearestNeighbors\` received fewer training codes than \`neighbors\`.

    Expected: at least 5
    Received: 2
    Fix:      pass more training codes, or fewer neighbors]
  `)
})
