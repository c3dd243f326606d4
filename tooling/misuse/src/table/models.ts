// The calls of @ae/models: the factories, and the methods of their models.
import { squaredError } from '@ae/losses'
import * as library from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const { batchOf, count, listOf, nonNegative, oneOf, options, seed } = kinds
const { codes, images, inputShape, latents, models, oneImage } = world

const activation = oneOf(...library.activations)
const shared = {
  inputShape: kinds.shape,
  hidden: listOf(count),
  activation,
  likelihood: world.likelihood,
  seed,
}
const dense = { inputShape, hidden: [5], activation: 'relu', likelihood: squaredError(), seed: 1 }
const ofCode = { ...shared, codeSize: count, codeActivation: activation }
const ofLatents = { ...shared, latentSize: count }

const isMissing = (value: unknown) => value === undefined

const factory = (
  name: keyof typeof library,
  members: Readonly<Record<string, kinds.Kind>>,
  good: object,
  required: readonly string[] = [],
): readonly Call[] => {
  // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the table goes over all of them
  const make = library[name] as unknown as (options: never) => unknown
  const { hidden: _, activation: __, ...others } = members
  const { hidden: ___, activation: ____, ...chosen } = good as Record<string, unknown>
  const given = ['inputShape', ...required]
  const withArchitecture = { ...others, architecture: world.architectureKind }
  return [
    call(name, [place(options(members, given), good)], make),
    call(name, [place(options(withArchitecture, given), { ...chosen, architecture: world.architecture })], make),
  ]
}

const described = { kind: 'dense', shape: [3] } as const
const networkLayer: kinds.Kind = { name: 'a layer', isGood: (value) => value === described }
const ofLayer = { activation, normalization: oneOf('none', 'batch', 'layer'), epsilon: kinds.positive }

const sampling = place(options({ seed, temperature: nonNegative, draw: kinds.flag }), {})
const address = place(kinds.optional(kinds.address), {})
const example = batchOf(inputShape)

/** The methods of every autoencoder. */
const members = (name: keyof typeof models, codeSize: number, code: tf.Tensor): readonly Call[] => {
  const model = models[name] as unknown as Record<string, (...values: never[]) => unknown>
  const with1 = (member: string, kind: kinds.Kind, good: unknown) =>
    call(`${name}.${member}`, [place(kind, good)], (value) => model[member]?.(value))
  return [
    with1('encode', example, images),
    with1('decode', batchOf([codeSize]), code),
    with1('reconstruct', example, images),
    call(`${name}.trace`, [place(example, images), address], (x, pass) =>
      tf.tidy(() => model.trace?.(x, pass) as never),
    ),
  ]
}

const { conditionalVae } = models
const labelNumber = oneOf(0, 1)
const isLabels = (size: number | undefined): kinds.Kind => ({
  name: 'labels',
  isGood: (value) =>
    kinds.tensor((shape) => shape.length === 1 && (size ?? shape[0]) === shape[0], 'int32').isGood(value) ||
    ((Array.isArray(value) || ArrayBuffer.isView(value)) &&
      listOf(labelNumber, size ?? 1, size).isGood(Array.from(value as number[]))),
})
const labels = place(isLabels(2), world.labelsOfTwo)
const digits = place(world.dataset, world.digits)

const gaussianSampler = await library.gaussianSampler(models.vae, world.digits)
const mixtureSampler = await library.mixtureSampler(models.vae, world.digits, { components: 2 })
const codeSampler = await library.codeSampler(models.vqVae, world.digits)

const networkOf = (outputShape: readonly number[]) => ({
  outputShape,
  variables: {},
  state: {},
  apply: (x: tf.Tensor) => tf.zeros([x.shape[0] ?? 1, ...outputShape]),
})
const network = (outputShape: readonly number[]) =>
  kinds.object('a network', {
    outputShape: outputShape.length > 1 ? oneOf() : kinds.shape,
    variables: world.variables,
    state: kinds.either(world.variables, oneOf(undefined)),
    apply: kinds.callback,
  })
const withNetworks = (encoder: () => never, decoder: () => never) =>
  library.vae({
    inputShape,
    latentSize: 2,
    architecture: library.customArchitecture({ encoder, decoder }),
  })
const custom = (
  part: string,
  outputShape: readonly number[],
  make: (network: never) => library.VariationalAutoencoder,
) => call(`customArchitecture.${part}`, [place(network(outputShape), networkOf(outputShape))], make)

export const modelCalls: readonly Call[] = [
  ...factory('autoencoder', ofCode, { ...dense, codeSize: 3, codeActivation: 'relu' }),
  ...factory('stackedAutoencoder', ofCode, { ...dense, codeSize: 3, codeActivation: 'relu' }),
  ...factory(
    'contractiveAutoencoder',
    { ...ofCode, weight: nonNegative },
    { ...dense, codeSize: 3, codeActivation: 'sigmoid', weight: 1 },
  ),
  ...factory(
    'sparseAutoencoder',
    {
      ...shared,
      codeSize: count,
      codeActivation: oneOf('sigmoid'),
      sparsity: {
        ...options({ kind: oneOf('kl'), rate: kinds.share, weight: nonNegative }, ['kind']),
        isGood: isMissing,
      },
    },
    { ...dense, codeSize: 3, codeActivation: 'sigmoid', sparsity: { kind: 'kl', rate: 0.1, weight: 1 } },
  ),
  call(
    'sparseAutoencoder.topK',
    [
      place(
        { ...options({ kind: oneOf('topK'), count: oneOf(1, 2, 3) }, ['kind', 'count']), isGood: isMissing },
        { kind: 'topK', count: 2 },
      ),
    ],
    (sparsity) => library.sparseAutoencoder({ inputShape, codeSize: 3, sparsity }),
  ),
  ...factory('vae', ofLatents, { ...dense, latentSize: 2 }, ['latentSize']),
  ...factory(
    'betaTcVae',
    { ...ofLatents, exampleCount: count, alpha: nonNegative, beta: nonNegative, gamma: nonNegative },
    { ...dense, latentSize: 2, exampleCount: 6 },
    ['latentSize', 'exampleCount'],
  ),
  ...factory(
    'iwae',
    { ...ofLatents, samples: count, gradient: oneOf('standard', 'doublyReparameterized') },
    { ...dense, latentSize: 2, samples: 2 },
    ['latentSize'],
  ),
  ...factory('conditionalVae', { ...ofLatents, classes: count }, { ...dense, latentSize: 2, classes: 2 }, [
    'latentSize',
    'classes',
  ]),
  ...factory(
    'vqVae',
    {
      ...shared,
      codebookSize: count,
      embeddingSize: count,
      positions: count,
      codebook: oneOf('movingAverage', 'loss'),
      decay: kinds.number((value) => value >= 0 && value < 1),
      commitmentWeight: nonNegative,
    },
    { ...dense, codebookSize: 4, embeddingSize: 2, positions: 3, decay: 0.9, commitmentWeight: 0.25 },
  ),
  call(
    'denoisingAutoencoder',
    [
      place(options({ model: world.trainable, corruption: world.corruptionKind }, ['model']), {
        model: models.autoencoder,
        corruption: world.corruption,
      }),
    ],
    (given) => ({ wrapped: library.denoisingAutoencoder(given).kind }),
  ),

  ...members('vae', 2, latents),
  ...members('iwae', 2, latents),
  ...members('autoencoder', 3, codes),
  ...members('stackedAutoencoder', 3, codes),
  ...members('vqVae', 6, tf.zeros([2, 6])),
  call('vae.posterior', [place(example, images)], (x) => models.vae.posterior(x)),
  call('vae.output', [place(batchOf([2]), latents)], (z) => models.vae.output(z)),
  call('vae.sample', [place(count, 2), sampling], (many, chosen) => models.vae.sample(many, chosen)),
  call('vqVae.encodeIndices', [place(example, images)], (x) => models.vqVae.encodeIndices(x)),
  call('vqVae.decodeIndices', [place(batchOf([3], 'int32'), tf.zeros([2, 3], 'int32'))], (indices) =>
    models.vqVae.decodeIndices(indices),
  ),
  call('conditionalVae.encode', [place(batchOf(inputShape), images), labels], (x, y) => conditionalVae.encode(x, y)),
  call('conditionalVae.decode', [place(batchOf([2]), latents), labels], (z, y) => conditionalVae.decode(z, y)),
  call('conditionalVae.reconstruct', [place(example, images), labels], (x, y) => conditionalVae.reconstruct(x, y)),
  call('conditionalVae.sample', [place(isLabels(undefined), [0, 1]), sampling], (y, chosen) =>
    conditionalVae.sample(y, chosen),
  ),
  call(
    'conditionalVae.trace',
    [
      place(kinds.object('a labelled batch', { examples: batchOf(inputShape), labels: isLabels(2) }), {
        examples: images,
        labels: world.labelsOfTwo,
      }),
      address,
    ],
    (batch, pass) => tf.tidy(() => conditionalVae.trace(batch, pass) as never),
  ),
  call('conditionalVae.forLabel', [place(labelNumber, 1)], (label) => conditionalVae.forLabel(label)),
  call('conditionalVae.forLabel.encode', [place(example, images)], (x) => conditionalVae.forLabel(1).encode(x)),
  call('conditionalVae.forLabel.decode', [place(batchOf([2]), latents)], (z) => conditionalVae.forLabel(1).decode(z)),
  call('conditionalVae.forLabel.reconstruct', [place(example, images)], (x) =>
    conditionalVae.forLabel(1).reconstruct(x),
  ),
  call('conditionalVae.forLabel.sample', [place(count, 2), sampling], (many, chosen) =>
    conditionalVae.forLabel(1).sample(many, chosen),
  ),

  call(
    'gaussianSampler',
    [
      place(world.anyAutoencoder, models.vae),
      digits,
      place(options({ limit: count, regularization: kinds.positive }), {}),
    ],
    library.gaussianSampler,
  ),
  call('gaussianSampler.sample', [place(count, 2), sampling], (many, chosen) => gaussianSampler.sample(many, chosen)),
  call(
    'mixtureSampler',
    [
      place(world.anyAutoencoder, models.vae),
      digits,
      place(
        options({
          components: count,
          covariance: oneOf('full', 'diagonal'),
          iterations: count,
          tolerance: nonNegative,
          limit: count,
          regularization: kinds.positive,
          seed,
        }),
        { components: 2 },
      ),
    ],
    library.mixtureSampler,
  ),
  call('mixtureSampler.sample', [place(count, 2), sampling], (many, chosen) => mixtureSampler.sample(many, chosen)),
  call(
    'codeSampler',
    [
      place(
        kinds.object('a model', {
          encodeIndices: kinds.callback,
          decodeIndices: kinds.callback,
          codebookSize: count,
          codeShape: kinds.shape,
        }),
        models.vqVae,
      ),
      digits,
      place(options({ dependence: oneOf('neighbours', 'nothing'), limit: count }), {}),
    ],
    library.codeSampler,
  ),
  call('codeSampler.sample', [place(count, 2), sampling], (many, chosen) => codeSampler.sample(many, chosen)),
  call('codeSampler.bits', [place(batchOf([3], 'int32'), tf.zeros([2, 3], 'int32'))], (indices) =>
    codeSampler.bits(indices),
  ),
  call(
    'interpolate',
    [
      place(world.anyAutoencoder, models.vae),
      place(
        kinds.tensor((shape) => shape.join() === '1,4,4,1'),
        oneImage,
      ),
      place(
        kinds.tensor((shape) => shape.join() === '1,4,4,1'),
        oneImage,
      ),
      place(options({ steps: kinds.integer(2), path: oneOf('linear', 'spherical') }), {}),
    ],
    library.interpolate,
  ),
  call(
    'traverse',
    [
      place(world.decoder, models.vae),
      place(
        options({
          latents: listOf(oneOf(0, 1), 1),
          steps: kinds.integer(2),
          range: kinds.positive,
          around: kinds.tensor((shape) => shape.join() === '1,2'),
        }),
        { around: tf.zeros([1, 2]) },
      ),
    ],
    library.traverse,
  ),
  call(
    'manifold',
    [
      place(world.decoder, models.vae),
      place(options({ size: kinds.integer(2), coverage: kinds.share, latents: oneOf() }), { size: 2, latents: [0, 1] }),
    ],
    library.manifold,
  ),
  call(
    'pretrain',
    [
      place(
        kinds.object('a stacked autoencoder', { pairs: kinds.listOf(oneOf(), 1), likelihood: world.likelihood }),
        models.stackedAutoencoder,
      ),
      digits,
      place(
        options({
          epochs: kinds.integer(0),
          batchSize: count,
          learningRate: kinds.positive,
          seed,
          corruption: world.corruptionKind,
          signal: world.signal,
          onProgress: kinds.callback,
        }),
        { epochs: 1, corruption: world.corruption },
      ),
    ],
    async (model, data, chosen) => {
      for await (const epoch of library.pretrain(model, data, chosen)) return epoch
      return 'no epoch'
    },
  ),

  call(
    'denseArchitecture',
    [place(options({ hidden: listOf(count), activation, normalization: oneOf('none', 'batch', 'layer') }), {})],
    library.denseArchitecture,
  ),
  call(
    'convolutionalArchitecture',
    [
      place(
        options({
          channels: listOf(count, 1),
          kernelSize: count,
          stride: count,
          activation,
          upsampling: oneOf('transpose', 'resize'),
          normalization: oneOf('none', 'batch', 'layer'),
          hidden: listOf(count),
        }),
        {},
      ),
    ],
    library.convolutionalArchitecture,
  ),
  call(
    'layersArchitecture',
    [
      place(options({ encoder: listOf(networkLayer), decoder: listOf(networkLayer, 1) }, ['encoder', 'decoder']), {
        encoder: [],
        decoder: [described],
      }),
    ],
    library.layersArchitecture,
  ),
  call(
    'layersArchitecture.encoder[0]',
    [place(options({ ...ofLayer, shape: kinds.shape, kind: oneOf('dense') }, ['kind', 'shape']), described)],
    (layer) => library.layersArchitecture({ encoder: [layer as never], decoder: [described] }),
  ),
  call(
    'customArchitecture',
    [
      place(options({ encoder: kinds.callback, decoder: kinds.callback }, ['encoder', 'decoder']), {
        encoder: () => 0,
        decoder: () => 0,
      }),
    ],
    library.customArchitecture,
  ),
  custom('encoder', [3], (encoder) => withNetworks(() => encoder, (() => networkOf(inputShape)) as never)),
  custom('decoder', inputShape, (decoder) => withNetworks((() => networkOf([3])) as never, () => decoder)),
  call(
    'customArchitecture.apply',
    [
      place(
        kinds.tensor((shape) => shape.join() === '2,3'),
        tf.zeros([2, 3]),
      ),
    ],
    (output) => {
      const model = withNetworks(
        (() => ({ ...networkOf([3]), apply: () => output })) as never,
        (() => networkOf(inputShape)) as never,
      )
      try {
        return model.encode(images)
      } finally {
        model.dispose()
      }
    },
  ),
  call('gaussianNoise', [place(options({ standardDeviation: nonNegative }), {})], library.gaussianNoise),
  call('maskingNoise', [place(options({ rate: kinds.probability }), {})], library.maskingNoise),
  call('saltAndPepperNoise', [place(options({ rate: kinds.probability }), {})], library.saltAndPepperNoise),
  ...(['gaussianNoise', 'maskingNoise', 'saltAndPepperNoise'] as const).map((name) =>
    call(
      `${name}.corrupt`,
      [
        place(
          kinds.tensor(() => true),
          images,
        ),
        place(kinds.address, {}),
      ],
      // biome-ignore lint/performance/noDynamicNamespaceImportAccess: as above
      (x, where) => library[name]().corrupt(x, where),
    ),
  ),
  call(
    'corruptionFromConfig',
    [place(kinds.object('a config', { kind: oneOf('maskingNoise') }), { kind: 'maskingNoise' })],
    library.corruptionFromConfig,
  ),
  call('summary', [place(world.described, models.vae)], library.summary),
  call('inspect', [place(world.store, await world.checkpointOf(models.autoencoder))], library.inspect),
]
