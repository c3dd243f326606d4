// Checkpoints with the modules and names of public code: reference/pytorch_families.py.
import '@tensorflow/tfjs-backend-cpu'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AutoencoderError, type Shape, type StoredTensor } from '@ae/core'
import { gaussian, squaredError } from '@ae/losses'
import { autoencoder, convolutionalArchitecture, type PlainAutoencoder, type Vae, vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { readPyTorch } from '../pytorch/read-pytorch.ts'
import { type FromStateDictOptions, fromStateDict } from './from-state-dict.ts'
import { importStateDict } from './import-state-dict.ts'

const folder = join(import.meta.dirname, '../../fixtures/pytorch-families')
type Outputs = Readonly<Record<'x' | 'code' | 'reconstruction', readonly number[]>> & {
  logVariance?: readonly number[]
}
const outputs: Readonly<Record<string, Outputs>> = JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8'))
const tensorsOf = async (name: string) => (await readPyTorch(join(folder, `${name}.pt`))).tensors

beforeAll(() => tf.setBackend('cpu'))

const families: readonly (readonly [name: string, options: FromStateDictOptions])[] = [
  ['examples', { inputShape: [6, 6, 1] }],
  ['pythae', { inputShape: [6, 6, 1] }],
  ['plain', { inputShape: [6, 6, 1], activation: 'relu', outputActivation: 'sigmoid' }],
  ['dcgan', { inputShape: [8, 8, 1], activation: 'relu', outputActivation: 'sigmoid' }],
  // Its last activation is tanh: the raw output is compared.
  ['pytorch-vae', { inputShape: [8, 8, 3], activation: 'leakyRelu(0.01)', outputActivation: 'linear' }],
]

describe.each(families)('%s', (name, options) => {
  test('fromStateDict builds the model, which computes what PyTorch computes', async () => {
    const tensors = await tensorsOf(name)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      using model = fromStateDict(tensors, options)
      const { x, code, logVariance, reconstruction } = outputs[name] as Outputs
      const input = fromTorch(x, model.inputShape)
      expectNear(model.encode(input), code)
      if (logVariance !== undefined) expectNear((model as Vae).posterior(input).logVariance, logVariance)
      const output = model.reconstruct(input)
      expectNear(asTorch(name === 'pytorch-vae' ? tf.tanh(output) : output), reconstruction)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('importStateDict', () => {
  const models: readonly (readonly [name: string, create: () => Vae | PlainAutoencoder])[] = [
    ['examples', () => vae({ inputShape: [6, 6, 1], latentSize: 3, hidden: [12] })],
    ['pythae', () => vae({ inputShape: [6, 6, 1], latentSize: 4, hidden: [16] })],
    ['plain', () => autoencoder({ inputShape: [6, 6, 1], codeSize: 4, hidden: [10], codeActivation: 'linear' })],
    [
      'dcgan',
      () =>
        vae({
          inputShape: [8, 8, 1],
          latentSize: 2,
          architecture: convolutionalArchitecture({ channels: [3, 5], kernelSize: 4 }),
        }),
    ],
  ]

  test.each(models)('recognises the layers of %s in a model of your own', async (name, create) => {
    using model = create()
    const { matched, missing, unexpected } = importStateDict(model, await tensorsOf(name))
    expect({ missing, unexpected }).toEqual({ missing: [], unexpected: [] })
    expect(matched.length).toBe(Object.keys(model.variables).length)
    const { x, reconstruction } = outputs[name] as Outputs
    expectNear(asTorch(model.reconstruct(fromTorch(x, model.inputShape))), reconstruction)
  })

  const small = () => vae({ inputShape: [6, 6, 1], latentSize: 3, hidden: [12] })

  test('says what went where', async () => {
    using model = small()
    const report = importStateDict(model, await tensorsOf('examples'))
    expect(report.matched.map(({ from, to, shape }) => `${from} [${shape}] -> ${to}`)).toEqual([
      'fc1.weight [12,36] -> encoder.0.weight',
      'fc1.bias [12] -> encoder.0.bias',
      'fc21.weight [3,12] -> mean.weight',
      'fc21.bias [3] -> mean.bias',
      'fc22.weight [3,12] -> logVariance.weight',
      'fc22.bias [3] -> logVariance.bias',
      'fc3.weight [12,3] -> decoder.0.weight',
      'fc3.bias [12] -> decoder.0.bias',
      'fc4.weight [36,12] -> decoder.1.weight',
      'fc4.bias [36] -> decoder.1.bias',
    ])
  })

  test('skips the counts of batches by name', async () => {
    using model = fromStateDict(await tensorsOf('pytorch-vae'), families[4]?.[1])
    const { skipped } = importStateDict(model, await tensorsOf('pytorch-vae'))
    expect(skipped).toHaveLength(4)
    expect(skipped[0]).toBe('model.encoder.0.1.num_batches_tracked')
  })

  test('takes a map from names of modules and of tensors, and null for what is left out', async () => {
    const tensors = new Map<string, StoredTensor>()
    for (const [name, tensor] of await tensorsOf('examples')) tensors.set(`x${name}`, tensor)
    tensors.set('extra', { shape: [1], data: new Float32Array(1) })
    using model = small()
    const map = { xfc1: 'encoder.0', xfc21: 'mean', xfc22: 'logVariance', xfc3: 'decoder.0', extra: null }
    const rest = { 'xfc4.weight': 'decoder.1.weight', 'xfc4.bias': 'decoder.1.bias' }
    const { matched, unexpected } = importStateDict(model, tensors, { map: { ...map, ...rest } })
    expect([matched.length, unexpected]).toEqual([10, []])
    const { x, reconstruction } = outputs.examples as Outputs
    expectNear(model.reconstruct(fromTorch(x, [6, 6, 1])), reconstruction)
  })

  test('that is not strict takes what there is', async () => {
    using model = small()
    const tensors = new Map([...(await tensorsOf('examples'))].filter(([name]) => name.startsWith('fc1')))
    const map = { fc1: 'encoder.0' }
    expect(await errorOf(() => importStateDict(model, tensors, { map }))).toContain('they do not fit')
    const { matched, missing } = importStateDict(model, tensors, { map, strict: false })
    expect([matched.length, missing.length]).toEqual([2, 8])
    expect(missing[0]).toEqual({ name: 'mean.weight', shape: [3, 12] })
  })

  test('of tensors that do not fit changes nothing, and lists every name and shape', async () => {
    using model = vae({ inputShape: [6, 6, 1], latentSize: 3, hidden: [11] })
    const before = Object.values(model.variables).map((variable) => [...variable.dataSync()])
    const error = await errorOf(async () => importStateDict(model, await tensorsOf('examples')))
    expect(error).toMatchInlineSnapshot(`
      "WeightsError: \`importStateDict\` cannot put these tensors into a vae: they do not fit.

      Missing:    encoder.0.weight [11, 36], encoder.0.bias [11], mean.weight [3, 11], mean.bias [3], logVariance.weight [3, 11], logVariance.bias [3], decoder.0.weight [11, 3], decoder.0.bias [11], decoder.1.weight [36, 11], decoder.1.bias [36]
      Unexpected: fc1.weight [12, 36], fc1.bias [12], fc21.weight [3, 12], fc21.bias [3], fc22.weight [3, 12], fc22.bias [3], fc3.weight [12, 3], fc3.bias [12], fc4.weight [36, 12], fc4.bias [36]
      Model:      encoder.0 [11, 36], mean [3, 11], logVariance [3, 11], decoder.0 [11, 3], decoder.1 [36, 11]
      State dict: fc1 [12, 36], fc3 [12, 3], fc4 [36, 12], fc21 [3, 12], fc22 [3, 12]
      Fix:        build the model with the layers of the state dict, e.g. by fromStateDict(tensors); or name layers that fit but were not recognised: map: { layer1: 'encoder.0' }"
    `)
    expect(Object.values(model.variables).map((variable) => [...variable.dataSync()])).toEqual(before)
  })

  test('of all that readPyTorch gives says that it takes its tensors, and so does fromStateDict', async () => {
    using model = vae({ inputShape: [6, 6, 1], latentSize: 3, hidden: [12] })
    const whole = { tensors: await tensorsOf('examples') } as never
    for (const call of [() => importStateDict(model, whole), () => fromStateDict(whole)]) {
      const error = await errorOf(async () => call())
      expect(error).toContain('`tensors` that is not a Map of tensors by name')
      expect(error).toContain('pass the `tensors` that readPyTorch or readSafetensors gives')
    }
  })

  test('of a tensor that cannot be decoded changes nothing', async () => {
    using model = small()
    const tensors = new Map(await tensorsOf('examples'))
    const broken = {
      shape: [36],
      get data(): never {
        throw new AutoencoderError('cannot be read')
      },
    }
    tensors.set('fc4.bias', broken)
    const before = [...(model.variables['encoder.0.weight'] as tf.Variable).dataSync()]
    expect(await errorOf(() => importStateDict(model, tensors))).toContain('cannot be read')
    expect([...(model.variables['encoder.0.weight'] as tf.Variable).dataSync()]).toEqual(before)
  })
})

describe('fromStateDict', () => {
  test.each<[string, string, FromStateDictOptions]>([
    ['no activation', 'plain', {}],
    ['no output activation', 'plain', { activation: 'relu' }],
    ['no size of convolved examples', 'dcgan', { activation: 'relu', outputActivation: 'sigmoid' }],
    ['another size', 'examples', { inputShape: [28, 28, 1] }],
    ['another stride', 'dcgan', { inputShape: [8, 8, 1], activation: 'relu', outputActivation: 'sigmoid', stride: 1 }],
  ])('asks for what is not in a state dict: %s', async (_title, name, options) => {
    const tensors = await tensorsOf(name)
    const before = tf.memory().numTensors
    expect(await errorOf(() => fromStateDict(tensors, options))).toMatchSnapshot()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('takes the likelihood that it is told', async () => {
    using model = fromStateDict(await tensorsOf('examples'), { likelihood: squaredError({ activation: 'sigmoid' }) })
    expect(model.likelihood?.kind).toBe('squaredError')
    expect(model.inputShape).toEqual([36])
    using linear = fromStateDict(await tensorsOf('pytorch-vae'), { ...families[4]?.[1], outputActivation: 'linear' })
    expect(linear.likelihood?.config).toEqual(gaussian().config)
  })
})

/** `[2, channels, height, width]` -> `[2, height, width, channels]` */
function fromTorch(values: readonly number[], [height = 1, width = 1, channels = 1]: Shape): tf.Tensor4D {
  return tf.transpose(tf.tensor4d([...values], [2, channels, height, width]), [0, 2, 3, 1])
}

function asTorch(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [0, 3, 1, 2])
}

function expectNear(tensor: tf.Tensor, expected: readonly number[]): void {
  const values = [...tensor.dataSync()]
  expect(values.length).toBe(expected.length)
  const worst = Math.max(...values.map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN))))
  expect(worst).toBeLessThan(1e-5)
}

async function errorOf(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    return String(error)
  }
  return 'nothing was thrown'
}
