// Models of ours and the modules of PyTorch that we print compute the same with the same weights.
import '@tensorflow/tfjs-backend-cpu'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSafetensors, writeSafetensors } from '@ae/core'
import { vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { readPyTorch } from '../pytorch/read-pytorch.ts'
import { type CaseModel, moduleCases } from '../testing/module-cases.ts'
import { importStateDict } from './import-state-dict.ts'
import { pytorchModule } from './pytorch-module.ts'
import { toStateDict } from './to-state-dict.ts'

const folder = join(import.meta.dirname, '../../fixtures/pytorch-modules')
type Outputs = Readonly<Record<'x' | 'code' | 'reconstruction', readonly number[]>>
const outputs: Readonly<Record<string, Outputs>> = JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'))

beforeAll(() => tf.setBackend('cpu'))

describe.each(Object.entries(moduleCases))('%s', (name, create) => {
  test('is printed as the program that PyTorch ran', async () => {
    using model = create()
    await expect(pytorchModule(model)).toMatchFileSnapshot(join(folder, `${name}.py`))
  })

  test('with the weights of PyTorch computes what PyTorch computes', async () => {
    using model = create()
    const { tensors } = await readPyTorch(join(folder, `${name}.pt`))
    const before = tf.memory().numTensors
    const report = importStateDict(model, tensors)
    expect(tf.memory().numTensors).toBe(before)
    expect(report.missing).toEqual([])
    expect(report.unexpected).toEqual([])
    const variables = { ...model.variables, ...model.state }
    expect(report.matched.map(({ to }) => to).sort()).toEqual(Object.keys(variables).sort())
    const { x, code, reconstruction } = outputs[name] as Outputs
    const input = fromTorch(model, x)
    expectNear(model.encode(input), code)
    expectNear(asTorch(model, model.reconstruct(input)), reconstruction)
  })

  test('gives its weights back in the layout of PyTorch', async () => {
    using model = create()
    const { tensors } = await readPyTorch(join(folder, `${name}.pt`))
    importStateDict(model, tensors)
    const exported = readSafetensors(writeSafetensors(await toStateDict(model))).tensors
    const expected = [...tensors].filter(([key]) => !key.endsWith('num_batches_tracked'))
    expect(new Set(exported.keys())).toEqual(new Set(expected.map(([key]) => key)))
    for (const [key, { shape, data }] of expected)
      expect([key, exported.get(key)]).toEqual([key, { dtype: 'F32', shape, data }])
  })
})

test('the guide prints the module of its program', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/guides/to-pytorch.md'), 'utf8')
  using model = vae({ inputShape: [28, 28, 1], latentSize: 20, hidden: [400], seed: 1 })
  expect(guide).toContain(`\`\`\`python\n${pytorchModule(model)}\`\`\``)
})

/** From channels first to ours, where the module has its channels first. */
function fromTorch({ inputShape }: CaseModel, values: readonly number[]): tf.Tensor {
  if (!isChannelled(inputShape)) return tf.tensor([...values], [3, ...inputShape])
  const theirs = [3, inputShape.at(-1) ?? 1, ...inputShape.slice(0, -1)]
  const axes = [0, ...inputShape.slice(1).map((_, i) => i + 2), 1]
  return tf.transpose(tf.tensor([...values], theirs), axes)
}

function asTorch({ inputShape }: CaseModel, x: tf.Tensor): tf.Tensor {
  if (!isChannelled(inputShape)) return x
  return tf.transpose(x, [0, inputShape.length, ...inputShape.slice(1).map((_, i) => i + 1)])
}

/** The one case of rank 2 with channels is the signal of 11 steps. */
function isChannelled(inputShape: readonly number[]): boolean {
  return inputShape.length > 2 || inputShape[0] === 11
}

function expectNear(tensor: tf.Tensor, expected: readonly number[]): void {
  const values = [...tensor.dataSync()]
  expect(values.length).toBe(expected.length)
  const worst = Math.max(
    ...values.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)) / Math.max(1, Math.abs(value))),
  )
  expect(worst).toBeLessThan(1e-5)
}
