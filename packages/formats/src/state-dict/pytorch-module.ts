// The Python that rebuilds a model as a module of PyTorch.
import { OptionError } from '@ae/core'
import { assertOptions, nameOption } from '@ae/core/internal'
import { type ExchangeableModel, type Plan, planOf } from './plan.ts'
import type { ModuleList } from './torch-modules.ts'

/** Options of {@link pytorchModule}. */
export interface PyTorchModuleOptions {
  /** The name of the class, a Python identifier. Defaults to `Model`. */
  readonly name?: string | undefined
}

/**
 * The Python that rebuilds a model as a `torch.nn.Module`, whose `load_state_dict` takes what {@link toStateDict} gives. It works
 * with PyTorch 2.1 or newer and needs nothing else.
 *
 * The module takes images as PyTorch does, `[batch, channels, height, width]`, and signals as `[batch, channels, length]`.
 * `encode`, `decode` and `forward` give what `encode`, `decode` and `reconstruct` of the model give; of a VAE, `encode` gives mean
 * and log variance and `forward` reconstructs from the mean. Of a categorical, continuous Bernoulli, discretized logistic or mixed
 * likelihood, `decode` and `forward` give the raw output.
 *
 * @param model with dense or convolutional networks; borrowed
 * @param options see {@link PyTorchModuleOptions}
 * @returns the text of a Python module
 * @throws {OptionError} when the model's networks are functions, its labels join a feature map, or its code keeps the k largest
 *   activations; and on a bad option
 * @example
 * ```ts
 * await file('model.py').write(new TextEncoder().encode(pytorchModule(model)))
 * ```
 */
export function pytorchModule(model: ExchangeableModel, options: PyTorchModuleOptions = {}): string {
  assertOptions('pytorchModule', options, { name: (value) => nameOption(value) ?? identifier(String(value)) })
  const plan = planOf('pytorchModule', model)
  assertPlainCode(plan)
  const { name = 'Model' } = options
  return `${[
    'import torch',
    'from torch import nn',
    '',
    '',
    `class ${name}(nn.Module):`,
    `    """Input: [batch, ${plan.inputShape.join(', ')}]. Written by @ae/formats for a ${plan.kind}."""`,
    '',
    '    def __init__(self):',
    '        super().__init__()',
    ...sequential(plan.encoder),
    ...plan.members.map(([member, python]) => `        ${memberLine(member, python)}`),
    ...sequential(plan.decoder),
    '',
    ...methodsOf(plan),
  ].join('\n')}\n`
}

function identifier(name: string): string | undefined {
  return /^[A-Za-z_]\w*$/.test(name) ? undefined : 'a name of Python, e.g. Model'
}

function assertPlainCode({ description: { code } }: Plan): void {
  if (code.type !== 'deterministic' || code.keep === undefined) return
  throw new OptionError('`pytorchModule` cannot write a sparse autoencoder that keeps the k largest activations.', {
    facts: { Expected: 'an encoder of layers alone', Received: 'sparsity topK' },
    fix: 'take the weights from toStateDict(model), and keep the k largest activations in Python yourself',
  })
}

function memberLine(member: string, python: string): string {
  const buffer = /^nn\.Buffer\((.*)\)$/.exec(python)
  return buffer ? `self.register_buffer('${member}', ${buffer[1]})` : `self.${member} = ${python}`
}

function sequential({ name, modules }: ModuleList): string[] {
  if (modules.length === 0) return [`        self.${name} = nn.Sequential()`]
  return [`        self.${name} = nn.Sequential(`, ...modules.map((python) => `            ${python},`), '        )']
}

function methodsOf(plan: Plan): string[] {
  const { code, condition } = plan.description
  const label = condition === undefined ? '' : ', label'
  const first = code.type === 'gaussian' ? '[0]' : ''
  return [
    ...(code.type === 'quantized' ? quantizedEncode(code) : encodeOf(plan, label)),
    '',
    ...method('output', `code${label}`, [...joined(plan, 'code'), ...outputOf(plan)]),
    '',
    ...method('decode', `code${label}`, [`return ${meanOf(plan, `self.output(code${label})`)}`]),
    '',
    ...method('forward', `x${label}`, [`return self.decode(self.encode(x${label})${first}${label})`]),
  ]
}

function method(name: string, parameters: string, body: readonly string[]): string[] {
  return [`    def ${name}(self, ${parameters}):`, ...body.map((line) => `        ${line}`)]
}

function encodeOf(plan: Plan, label: string): string[] {
  return method('encode', `x${label}`, [
    'features = self.encoder(x)',
    ...joined(plan, 'features'),
    plan.description.code.type === 'gaussian'
      ? 'return self.mean(features), self.log_variance(features)'
      : 'return features',
  ])
}

/** A condition is a scaled one-hot vector behind the features or the code. */
function joined({ description: { condition } }: Plan, name: string): string[] {
  if (condition === undefined) return []
  const { classes, scale } = condition
  return [
    `one_hot = nn.functional.one_hot(label, ${classes}).to(${name}.dtype) * ${scale}`,
    `${name} = torch.cat((${name}, one_hot), 1)`,
  ]
}

function quantizedEncode({ embeddingSize, ofPositions }: { embeddingSize: number; ofPositions: boolean }): string[] {
  const embeddings = ofPositions ? 'self.embedding(self.encoder(x)).movedim(1, -1)' : 'self.embedding(self.encoder(x))'
  return [
    ...method('encode_indices', 'x', [
      `embeddings = ${embeddings}.reshape(x.shape[0], -1, ${embeddingSize})`,
      'return torch.cdist(embeddings, self.codebook.weight.expand(x.shape[0], -1, -1)).argmin(2)',
    ]),
    '',
    ...method('encode', 'x', ['return self.codebook(self.encode_indices(x)).flatten(1)']),
  ]
}

function outputOf({ description, members, inputShape }: Plan): string[] {
  const { codeShape, networkOutputs: outputs, decoder } = description
  const lines: string[] = []
  if (codeShape.length > 1) lines.push(`code = code.reshape(code.shape[0], ${codeShape.join(', ')}).movedim(-1, 1)`)
  // A convolution gives the parameters of a channel as channels.
  const isConvolution = decoder.at(-1)?.type !== 'dense'
  const apart = isConvolution && outputs > 1 ? `.unflatten(1, (${inputShape[0]}, ${outputs})).movedim(2, -1)` : ''
  lines.push(`output = self.decoder(code)${apart}`)
  if (members.some(([name]) => name === 'likelihood_shared')) {
    if (outputs === 1) lines.push('output = output.unsqueeze(-1)')
    lines.push('shared = self.likelihood_shared.expand(*output.shape[:-1], -1)')
    lines.push('output = torch.cat((output, shared), -1)')
  }
  return [...lines, 'return output']
}

/** The mean of the likelihoods whose mean is in one line; of others the raw output. */
function meanOf({ likelihood, description, members }: Plan, output: string): string {
  const { kind, activation } = likelihood
  if (kind === 'bernoulli' || (kind === 'squaredError' && activation === 'sigmoid')) return `torch.sigmoid(${output})`
  const isScaled = kind === 'gaussian' || kind === 'laplace'
  const hasParameters = description.networkOutputs > 1 || members.some(([name]) => name === 'likelihood_shared')
  return isScaled && hasParameters ? `${output}[..., 0]` : output
}
