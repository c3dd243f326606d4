// "Copy the program": the TypeScript that does what the page does with these settings, with the packages as they are published.
import type { Json } from '@ae/core'
import { shapeCount } from './mixed-shapes.ts'
import { pretrainingEpochs } from './pretraining.ts'
import type { Settings } from './settings.ts'

/** The program of a run. On `wasm` it is for Node and saves a file; on a GPU it is for a page, whose user gets the file. */
export function program(settings: Settings): string {
  const imports = new Imports()
  const { epochs, batchSize, learningRate, seed, backend } = settings
  const isPage = backend !== 'wasm'
  const data = dataLines(settings, imports)
  const model = modelLines(settings, imports)
  const isLabelled = settings.model === 'conditional-vae'
  const trained = isLabelled ? `${imports.of('@ae/datasets', 'withLabels')}(data)` : 'data'
  for (const name of ['save', 'selectBackend', 'train']) imports.of('@ae/core', name)
  const file = `'${settings.model}.safetensors'`
  const store = isPage ? `${imports.of('@ae/web', 'download')}(${file})` : file
  const backends = isPage
    ? `${imports.of('@ae/web', backend)}, ${imports.of('@ae/web', 'wasm')}`
    : imports.of('@ae/wasm', 'wasm')
  const given = Object.entries({ epochs, batchSize, learningRate, seed }).map(member)
  const pretraining =
    settings.model === 'stacked-autoencoder'
      ? [
          `const layers = ${imports.of('@ae/models', 'pretrain')}(model, data, ${printed({ epochs: pretrainingEpochs, batchSize, learningRate, seed })})`,
          'for await (const { layer, loss } of layers) console.log(layer, loss)',
        ]
      : []
  return [
    `// npm install ${imports.packages().join(' ')} @tensorflow/tfjs-core`,
    ...imports.lines(),
    '',
    `await selectBackend(${backends})`,
    ...data,
    ...model,
    ...pretraining,
    ...object(`for await (const { epoch, loss } of train(model, ${trained}, `, given, ')) {'),
    '  console.log(epoch, loss)',
    '}',
    `await save(model, ${store})`,
    'model.dispose()',
    '',
  ].join('\n')
}

function dataLines({ dataset, examples, model }: Settings, imports: Imports): readonly string[] {
  const datasets = (name: string) => imports.of('@ae/datasets', name)
  if (dataset === 'shapes') {
    const order = `${imports.of('@ae/core', 'permutation')}('shapes', {}, ${shapeCount}).subarray(0, ${examples})`
    const some = `${datasets('select')}(${datasets('shapes')}(), ${order})`
    if (model !== 'conditional-vae') return [`const data = ${some}`]
    datasets('fromArray')
    datasets('shapeFactors')
    return [
      `const some = ${some}`,
      'const factors = shapeFactors(some.labels).values // five of each example; the first is square, ellipse or heart',
      'const labels = Uint8Array.from({ length: some.size }, (_, i) => factors[5 * i] ?? 0)',
      'const values = await some.read(Uint32Array.from(labels, (_, i) => i))',
      "const data = fromArray(values, { shape: some.shape, labels, name: 'shapes' })",
    ]
  }
  if (dataset === 'yours') {
    const options = "{ shape: [28, 28, 1], fit: 'cover', onBroken: 'skip' }"
    return [
      '// Grey pictures; for colours pass the shape [28, 28, 3].',
      `const pictures = await ${datasets('imageFolder')}('pictures', ${options})`,
      `const data = pictures.take(${examples})`,
    ]
  }
  const name = dataset === 'mnist' ? 'mnist' : 'fashionMnist'
  return [`const data = await ${datasets(name)}({ split: 'train', limit: ${examples} })`]
}

function modelLines(settings: Settings, imports: Imports): readonly string[] {
  const { model, architecture, hidden, latentSize, seed, options } = settings
  const { activation, corruption, ...others } = options
  const models = (name: string) => imports.of('@ae/models', name)
  const given = activation === undefined ? {} : { activation }
  const isWrapped = model === 'denoising-autoencoder'
  const factory = models(isWrapped ? 'autoencoder' : camelCase(model))
  const size = model === 'vq-vae' ? 'embeddingSize' : isVariational(model) ? 'latentSize' : 'codeSize'
  const parts = [
    'inputShape: data.shape',
    `${size}: ${latentSize}`,
    ...(model === 'conditional-vae' ? ['classes: 1 + Math.max(...data.labels)'] : []),
    ...(model === 'beta-tc-vae' ? ['exampleCount: data.size'] : []),
    ...(architecture === 'dense'
      ? Object.entries({ hidden, ...given }).map(member)
      : [`architecture: ${models('convolutionalArchitecture')}(${printed({ channels: hidden, ...given })})`]),
    ...Object.entries(others).map(([name, value]) => `${keyOf(name)}: ${optionOf(name, value, imports)}`),
    `seed: ${seed}`,
  ]
  const made = object(`const ${isWrapped ? 'inner' : 'model'} = ${factory}(`, parts, ')')
  if (!isWrapped) return made
  const noise = corruption === undefined ? [] : [`corruption: ${optionOf('corruption', corruption, imports)}`]
  return [...made, ...object(`const model = ${models('denoisingAutoencoder')}(`, ['model: inner', ...noise], ')')]
}

/** Code that ends with an object: in one line if that has room, as formatters write it. */
function object(start: string, members: readonly string[], end: string): readonly string[] {
  const line = `${start}{ ${members.join(', ')} }${end}`
  if (line.length <= width) return [line]
  return [`${start}{`, ...members.map((member) => `  ${member},`), `}${end}`]
}

const width = 120

/** An option as code: a likelihood, a corruption and an architecture are made by functions of their kind. */
function optionOf(name: string, value: Json, imports: Imports): string {
  const from = { likelihood: '@ae/losses', corruption: '@ae/models', architecture: '@ae/models' }[name]
  if (from === undefined || typeof value !== 'object' || value === null || !('kind' in value)) return printed(value)
  const { kind, ...options } = value as { readonly kind: string; readonly [option: string]: Json }
  const made = imports.of(from, name === 'architecture' ? `${kind}Architecture` : kind)
  if (constants.includes(kind)) return made
  return `${made}(${Object.keys(options).length === 0 ? '' : printed(options)})`
}

/** A likelihood without options is a value, not a function. */
const constants = ['bernoulli', 'continuousBernoulli']

function isVariational(model: Settings['model']): boolean {
  return ['vae', 'conditional-vae', 'iwae', 'beta-tc-vae'].includes(model)
}

function camelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** JSON as code. */
function printed(value: Json): string {
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return `[${value.map(printed).join(', ')}]`
  const members = Object.entries(value).flatMap(([name, item]) => (item === undefined ? [] : [member([name, item])]))
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function member([name, value]: readonly [string, Json]): string {
  return `${keyOf(name)}: ${printed(value)}`
}

function keyOf(name: string): string {
  return /^[a-z]\w*$/i.test(name) ? name : printed(name)
}

/** The imports of a program, by package. */
class Imports {
  readonly #names = new Map<string, Set<string>>()

  /** Imports a name, and gives it. */
  of(from: string, name: string): string {
    this.#names.set(from, (this.#names.get(from) ?? new Set()).add(name))
    return name
  }

  /** In the order of the packages' names. */
  lines(): string[] {
    return [...this.#names].sort().map(([from, names]) => `import { ${[...names].sort().join(', ')} } from '${from}'`)
  }

  packages(): string[] {
    return [...this.#names.keys()].sort()
  }
}
