import { models, optionsOf } from '@ae/models/internal'
import { expect, test } from 'vitest'
import { modelNames } from './flags.ts'
import { modelChoices } from './model-choices.ts'
import { ae } from './testing/ae.ts'

test('ae models --json lists every model that ae train takes, with its kind and its terms', async () => {
  const { code, stdout } = await ae(['models', '--json'])
  expect(code).toBe(0)
  const rows = JSON.parse(stdout)
  expect(new Set(rows.map(({ name }: { name: string }) => name))).toEqual(new Set(Object.keys(modelChoices)))
  expect(rows.find(({ name }: { name: string }) => name === 'vq-vae')).toEqual({
    name: 'vq-vae',
    title: 'VQ-VAE',
    summary: 'learns a discrete code from a codebook',
    usage: '{ inputShape, codebookSize, embeddingSize, ... }',
    paper: 'van den Oord, Vinyals and Kavukcuoglu 2017',
    objective: 'squared error + 0.25 commitment; the codebook follows a moving average',
    terms: ['reconstruction', 'commitment', 'perplexity'],
    trace: 'QuantizedTrace',
    isVariational: false,
    isLabelled: false,
    isReplayed: true,
    kind: 'vqVae',
    network: 'convolutional',
    figures: ['reconstruction', 'commitment', 'perplexity'],
  })
})

test('ae models prints a line for each model', async () => {
  const { code, stdout } = await ae(['models'])
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(models.length)
  expect(lines[0]).toBe(
    'autoencoder              compresses an image into a short code and reconstructs it (Rumelhart, Hinton and Williams 1986)',
  )
})

test('the names that completion knows are those of the catalogue', () => {
  expect(modelNames).toEqual(models.map(({ name }) => name))
})

test('ae models NAME explains every option, with its flag, its range and its default', async () => {
  const { code, stdout } = await ae(['models', 'beta-tc-vae'])
  expect(code).toBe(0)
  expect(stdout).toMatchInlineSnapshot(`
    "beta-TC-VAE, --model beta-tc-vae
      makes latents independent of one another

    Paper      Chen et al. 2018
    Objective  ELBO with a weighted total correlation; terms reconstruction, mutualInformation,
               totalCorrelation, dimensionWiseKl
    Samples    from its prior

    Flags of \`ae train --model beta-tc-vae\`:
      --latent-size <count>           the number of latents (default: 20)
      --alpha <number>                the weight of the mutual information of example and code (at least
                                      0; default: 1)
      --beta <number>                 the weight of the total correlation of the latents (at least 0;
                                      default: 6)
      --gamma <number>                the weight of each latent's divergence from the prior (at least 0;
                                      default: 1)
      --network <name>                what the networks are built of (default: dense)
        dense                         dense layers: for small images, rows of a table and signals of one
                                      axis
        convolutional                 strided convolutions, for images and signals
        --hidden <counts>             of dense and convolutional: the widths of the hidden layers; the
                                      decoder mirrors them (default: 400)
        --activation <name>           of dense and convolutional: the activation of the hidden layers
                                      (one of linear, relu, sigmoid, tanh, elu, selu, softplus,
                                      leakyRelu, swish, or leakyRelu(slope); default: relu)
        --normalization <name>        of dense and convolutional: how the sums of hidden layers are
                                      normalised before the activation (one of none, batch, layer;
                                      default: none)
        --channels <counts>           of convolutional: the channels after each of the encoder's
                                      convolutions; the decoder mirrors them (default: 32,64)
        --kernel-size <count>         of convolutional: height and width of every filter (default: 3)
        --stride <count>              of convolutional: by how much each convolution divides height and
                                      width, rounded up (default: 2)
        --upsampling <name>           of convolutional: how the decoder enlarges; resize draws no
                                      checkerboards (one of transpose, resize; default: transpose)
      --likelihood <name>             what the decoder's output means (default: bernoulli)
        bernoulli                     the probability of a 1, for data in [0, 1]
        squaredError                  the squared error, summed over features; not in nats
        gaussian                      a normal distribution around the output, for any numbers
        laplace                       a Laplace distribution around the output, for any numbers:
                                      absolute errors
        continuousBernoulli           a normalised density for data in [0, 1]
        discretizedLogistic           probabilities of grey levels, for data in [0, 1]
        categorical                   probabilities of levels that have no order, for data in [0, 1]
        --likelihood-activation <name>
                                      of squaredError: from the decoder's output to the reconstruction;
                                      sigmoid is for data in [0, 1] (one of linear, sigmoid; default:
                                      linear)
        --likelihood-standard-deviation <number>
                                      of gaussian: in the data's unit; or learned, once for all features
                                      or for each (above 0, or shared, or perFeature; default: 1)
        --likelihood-minimum-standard-deviation <number>
                                      of gaussian: the smallest standard deviation that is learned
                                      (above 0; default: 0.01 if it is learned; not taken if it is
                                      fixed)
        --likelihood-scale <number>   of laplace: the mean absolute deviation in the data's unit; or
                                      learned, once for all features or for each (above 0, or shared, or
                                      perFeature; default: 1)
        --likelihood-minimum-scale <number>
                                      of laplace: the smallest scale that is learned (above 0; default:
                                      0.01 if it is learned; not taken if it is fixed)
        --likelihood-levels <count>   of discretizedLogistic: the number of grey levels (at least 2;
                                      default: 256)
        --likelihood-classes <count>  of categorical: the number of levels: 2 is black and white, 256 is
                                      all of 8 bits (at least 2)
    "
  `)
})

test.each(models)('ae models $name names the flag of every option, in words and in JSON', async (row) => {
  const { stdout } = await ae(['models', row.name])
  const { options } = JSON.parse((await ae(['models', row.name, '--json'])).stdout)
  for (const { name, isFromData, kinds } of optionsOf(row)) {
    if (isFromData || name === 'seed') continue
    expect(
      options.some((option: { name: string }) => option.name === name),
      name,
    ).toBe(true)
    for (const kind of Object.keys(kinds ?? {})) expect(stdout).toContain(kind)
  }
  for (const { flag, meaning } of options) {
    expect(stdout).toContain(`${flag} `)
    expect(meaning).not.toBe('')
  }
})

test('ae models fits a terminal of 40 columns', async () => {
  for (const args of [['models'], ['models', 'vq-vae']]) {
    const { stdout } = await ae(args, undefined, { columns: 40 })
    const long = stdout.split('\n').filter((line) => line.length > 40)
    expect(long.filter((line) => !line.startsWith('    --'))).toEqual([]) // a flag that has more letters
  }
})

test('ae models refuses a name with code 2, and says which is near', async () => {
  const { code, stderr } = await ae(['models', 'vq-vea'])
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean vq-vae?')
})

test('ae models vae explains the flags of its objective too', async () => {
  const { stdout } = await ae(['models', 'vae'])
  for (const flag of ['--objective', '--beta', '--free-bits', '--capacity']) expect(stdout).toContain(`  ${flag} `)
  expect((await ae(['models', 'iwae'])).stdout).not.toContain('--free-bits')
})
