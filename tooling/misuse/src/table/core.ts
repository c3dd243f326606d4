// The calls of @ae/core.
import * as published from '@ae/core'
import * as internal from '@ae/core/internal'
import * as tf from '@tensorflow/tfjs-core'
import { type Call, call, place } from '../call.ts'
import * as kinds from '../kinds.ts'
import * as world from '../world.ts'

const core = { ...published, ...internal }
const { callback, count, integer, number, object, options, seed } = kinds
const { digits, models } = world

const address = place(kinds.address, {})
const stream = place(kinds.text, 'stream')
const dataset = place(world.dataset, digits)
const learningRate = kinds.schedule(kinds.positive)

const run = async (epochs: AsyncGenerator<unknown, void, void>) => {
  try {
    return (await epochs.next()).value
  } finally {
    await epochs.return()
  }
}
const ofTraining = {
  epochs: integer(0),
  batchSize: count,
  seed,
  objective: kinds.objective,
  validation: world.dataset,
  onProgress: callback,
  signal: world.signal,
  checkpoint: world.store,
}
const figure = kinds.oneOf('train/total', 'validation/total')
const monitored = { monitor: figure, direction: kinds.oneOf('lower', 'higher'), minimumImprovement: kinds.nonNegative }
const aLogger = object('a logger', { write: callback })
const loggers = kinds.either(aLogger, kinds.listOf(aLogger))
const aModel = object('a model', { variables: world.variables })
const reports = {
  name: 'reports of a run',
  isGood: (value: unknown) => typeof value === 'object' && value !== null && Symbol.asyncIterator in value,
}
/** One report of a run that changed nothing, at the steps that the model has; again for each loop. */
const aRun = { [Symbol.asyncIterator]: oneReport }
async function* oneReport(): AsyncGenerator<published.Epoch<string>, void, void> {
  const loss = { total: 1 }
  yield {
    ...{ epoch: 1, step: core.trainedSteps(models.vae), loss, validation: loss, validations: [] },
    ...{ learningRate: 0.1, seconds: 1, examplesPerSecond: 1 },
  }
}
const training = { epochs: 1, validation: digits, signal: new AbortController().signal }
const checkpoint = await world.checkpointOf(models.autoencoder)
const saved = await checkpoint.read()
const checkpoints: published.Folder = {
  name: 'a folder',
  list: async () => ['000001-step-1.safetensors'],
  file: () => checkpoint,
  remove: async () => {},
}
const stored = core.memory()
await core.save(models.vae, stored)
const modelFile = core.decodeModelFile(await stored.read())

const values: published.Safetensors = {
  metadata: new Map([['a', 'b']]),
  tensors: new Map([['x', { shape: [2], data: Float32Array.of(1, 2) }]]),
}
const mapOf = (of: kinds.Kind): kinds.Kind => ({
  name: 'a map',
  isGood: (value) =>
    value instanceof Map && [...value].every(([name, item]) => typeof name === 'string' && of.isGood(item)),
})
const aRecord: kinds.Kind = { name: 'texts by name', isGood: (value) => typeof value === 'object' && value !== null }
const objective: published.Objective<published.Trace, string> = ({ output, target, likelihood }) => ({
  error: likelihood.negativeLogLikelihood(output, target),
})
const optionalText = kinds.optional(kinds.text)
const aContext = object('a context', { caller: optionalText, source: optionalText })
const context = place(
  { ...aContext, isGood: (value) => value === undefined || (typeof value === 'object' && aContext.isGood(value)) },
  {},
)

/** The caller releases the result of an objective, so it consists of copies where there is something to copy. */
function copied(value: unknown): never {
  if (typeof value === 'object' && value !== null && !(value instanceof tf.Tensor) && 'dispose' in value)
    return 'a model' as never
  const isCopy = value instanceof tf.Tensor && !value.isDisposed
  if (isCopy) return tf.clone(value) as never
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value as never
  return Object.fromEntries(Object.entries(value).map(([name, term]) => [name, copied(term)])) as never
}

export const coreCalls: readonly Call[] = [
  call('selectBackend', [place(world.backend, world.cpu), place(world.backend, world.cpu)], core.selectBackend),
  call(
    'evaluate',
    [
      place(world.trainable, models.vae),
      dataset,
      place(options({ batchSize: count, seed, objective: kinds.objective, step: integer(0), signal: world.signal }), {
        objective,
        signal: training.signal,
      }),
    ],
    core.evaluate,
  ),
  call('evaluate.batches', [place(kinds.batchOf(world.inputShape), world.images)], (batch) =>
    core.evaluate(models.vae, {
      ...digits,
      async *batches() {
        yield copied(batch)
      },
    }),
  ),
  call('termsOf', [place(kinds.objective, objective), place(kinds.optional(integer(0)), 1)], (of, step) =>
    tf.tidy(() => core.termsOf(of as never, models.vae.trace(world.images) as never, step) as never),
  ),
  call(
    'evaluate.objective',
    [place(object('terms', { error: kinds.tensor((shape) => shape.length < 2, 'any') }), { error: tf.ones([2]) })],
    (terms) => core.evaluate(models.vae, digits, { objective: () => copied(terms) }),
  ),
  call(
    'train',
    [
      place(world.trainable, models.autoencoder),
      dataset,
      place(options({ ...ofTraining, optimizer: world.optimizer }), { ...training, optimizer: core.adam() }),
    ],
    (model, data, chosen) => run(core.train(model, data, chosen)),
  ),
  call(
    'train',
    [
      place(world.trainable, models.autoencoder),
      dataset,
      place(options({ learningRate, batchSize: count, seed, resume: world.store }), {
        resume: checkpoint,
        batchSize: 4,
      }),
    ],
    (model, data, chosen) => run(core.train(model, data, chosen)),
  ),
  call('train.learningRate', [place(number(), 0.1)], (rate) =>
    run(core.train(models.autoencoder, digits, { learningRate: () => rate })),
  ),
  call(
    'fit',
    [
      place(world.trainable, models.autoencoder),
      dataset,
      place(
        options({
          ...ofTraining,
          optimizer: world.optimizer,
          validate: options({ everyEpochs: count, everySteps: count }),
          stopEarly: options({ ...monitored, patience: count }),
          keepBest: kinds.either(kinds.flag, options(monitored)),
          rollBack: options({ times: count, factor: number((value) => value > 0 && value <= 1) }, ['times']),
          log: loggers,
          onEpoch: callback,
        }),
        { ...training, stopEarly: {}, keepBest: {}, validate: {}, rollBack: { times: 1 }, log: { write() {} } },
      ),
    ],
    (model, data, chosen) => core.fit(model, data, chosen),
  ),
  call('stopEarly', [place(reports, aRun), place(options({ ...monitored, patience: count }), {})], (epochs, chosen) =>
    run(core.stopEarly(epochs, chosen)),
  ),
  call(
    'keepBest',
    [place(reports, aRun), place(aModel, models.vae), place(options(monitored), {})],
    (epochs, model, chosen) => run(core.keepBest(epochs, model, chosen)),
  ),
  call('logTo', [place(reports, aRun), place(loggers, { write() {} })], (epochs, log) => run(core.logTo(epochs, log))),
  call(
    'historyOf',
    [
      place(reports, aRun),
      place(aModel, models.vae),
      place(options({ onEpoch: callback, signal: world.signal, log: loggers }), {}),
    ],
    (epochs, model, chosen) => core.historyOf(epochs, model, chosen),
  ),
  call(
    'reduceOnPlateau',
    [
      place(world.optimizer, core.adam()),
      place(options({ ...monitored, factor: kinds.share, patience: count, minimumFactor: kinds.nonNegative }), {}),
    ],
    (optimizer, chosen) => core.reduceOnPlateau(optimizer, chosen),
  ),
  call(
    'trainWithFallback',
    [
      place(world.trainable, models.autoencoder),
      dataset,
      place(
        options(
          {
            ...ofTraining,
            optimizer: world.optimizer,
            fallbacks: kinds.listOf(world.backend),
            onFallback: callback,
          },
          ['fallbacks'],
        ),
        { ...training, optimizer: core.adam(), fallbacks: [world.cpu] },
      ),
    ],
    (model, data, chosen) => run(core.trainWithFallback(model, data, chosen)),
  ),
  call(
    'save',
    [
      place(world.savableModel, models.vae),
      place(world.store, core.memory()),
      place(options({ dataset: kinds.text, weights: kinds.oneOf('float32', 'float16', 'bfloat16', 'int8') }), {}),
    ],
    core.save,
  ),
  call('annotate', [place(world.annotated, models.autoencoder), place(world.notes, {})], core.annotate),
  call('notesOf', [place(world.annotated, models.autoencoder)], core.notesOf),
  call('load', [place(world.store, stored), place(world.modelKind, (await import('@ae/models')).vae)], core.load),
  call('load.read', [place(kinds.oneOf(), await stored.read())], async (bytes) =>
    core.load({ ...stored, read: async () => bytes }, (await import('@ae/models')).vae),
  ),
  call('decodeModelFile', [place(kinds.bytes, await stored.read()), context], core.decodeModelFile),
  call(
    'assignWeights',
    [
      place(
        object('a model', {
          kind: kinds.text,
          variables: world.variables,
          state: kinds.either(world.variables, kinds.oneOf(undefined)),
        }),
        models.vae,
      ),
      place(object('a file', { tensors: mapOf(kinds.anything), metadata: aRecord }), modelFile),
      context,
    ],
    core.assignWeights,
  ),
  call('readSafetensors', [place(kinds.bytes, core.writeSafetensors(values)), context], core.readSafetensors),
  call(
    'writeSafetensors',
    [place(object('contents', { metadata: mapOf(kinds.text), tensors: mapOf(kinds.oneOf()) }), values)],
    core.writeSafetensors,
  ),
  call('file', [place(kinds.name, 'nowhere/model.safetensors')], core.file),
  call('file.write', [place(kinds.bytes, saved)], (bytes) => core.file('/dev/null/model.safetensors').write(bytes)),
  call(
    'http',
    [
      place(
        kinds.either(kinds.name, { name: 'a URL', isGood: (value) => value instanceof URL }),
        'https://ae.invalid/vae',
      ),
      place(
        options({ timeout: number((value) => value > 0 && value <= 86_400), signal: world.signal, limit: count }),
        {},
      ),
    ],
    core.http,
  ),
  call(
    'batchesOf',
    [
      place(kinds.anything, 'test'),
      dataset,
      place(options({ batchSize: count, seed, epoch: integer(0) }, ['batchSize']), { batchSize: 2 }),
    ],
    (name, data, chosen) => run(core.batchesOf(name, data, chosen)),
  ),
  call(
    'exampleBatchesOf',
    [
      place(kinds.anything, 'test'),
      dataset,
      place(options({ batchSize: count, seed, epoch: integer(0) }, ['batchSize']), { batchSize: 2 }),
    ],
    (name, data, chosen) => run(core.exampleBatchesOf(name, data, chosen)),
  ),
  call('skippable', [place(callback, () => digits.batches({ batchSize: 2 }))], core.skippable),
  call(
    'checkpointEvery',
    [place(world.place, 'nowhere'), place(options({ steps: count, keep: count }, ['steps']), { steps: 100 })],
    core.checkpointEvery,
  ),
  call('folder', [place(kinds.name, 'nowhere')], core.folder),
  call('newestCheckpoint', [place(world.folder, checkpoints)], core.newestCheckpoint),
  call(
    'train',
    [
      place(world.trainable, models.autoencoder),
      dataset,
      place(options({ learningRate, batchSize: count, seed, resume: world.place, onCheckpoint: callback }), {
        resume: checkpoints,
        batchSize: 4,
        onCheckpoint: () => {},
      }),
    ],
    (model, data, chosen) => run(core.train(model, data, chosen)),
  ),
  call('memory', [place(kinds.optional(kinds.bytes), saved)], core.memory),
  call('memory.write', [place(kinds.bytes, saved)], (bytes) => core.memory().write(bytes)),
  call('normals', [stream, address, place(integer(0), 3)], core.normals),
  call('uniforms', [stream, address, place(integer(0), 3)], core.uniforms),
  call('permutation', [stream, address, place(integer(0), 3)], core.permutation),
  call('randomNormal', [place(kinds.listOf(integer(0)), [2]), stream, address], core.randomNormal),
  call(
    'randomUniform',
    [
      place(kinds.listOf(integer(0)), [2]),
      stream,
      address,
      place(options({ minimum: number(), maximum: number() }), {}),
    ],
    core.randomUniform,
  ),
  call('normalQuantile', [place(kinds.probability, 0.5)], core.normalQuantile),
  call(
    'repeatable',
    [place(callback, () => 0), place(kinds.optional(kinds.listOf(callback)), [() => 0])],
    core.repeatable,
  ),
]

/** Exports without a call, and why. */
export const coreWithoutCalls: Readonly<Record<string, string>> = {
  movesOf: 'takes any function, and gives undefined for one that it does not know',
  withAveragedWeights: 'needs a run that is under way: refused without one, see wrappers.test.ts of @ae/core',
  listNames: 'called by `importStateDict` and `importLayers`, which have calls here',
  ...Object.fromEntries(
    Object.entries(core)
      .filter(([, value]) => typeof value === 'function' && value.prototype instanceof Error)
      .map(([name]) => [name, 'an error: it is thrown, and its texts come from messages of this library']),
  ),
  ...Object.fromEntries(
    Object.keys(core)
      .filter((name) => name.startsWith('assert'))
      .map((name) => [name, 'a check: it takes any value, and what else it takes is written beside it']),
  ),
  ...Object.fromEntries(
    [
      ...Object.keys(core).filter((name) => name.endsWith('Option')),
      ...['anything', 'finiteNumber', 'nonNegativeInteger', 'nonNegativeNumber', 'openShare', 'positiveInteger'],
      ...['positiveNumber', 'downloadChecks', 'lackOf', 'firstUnknownLabel', 'areCheckedLabels'],
    ].map((name) => [name, 'a check: every value is a question to it, none a mistake']),
  ),
  optional: 'makes such a check of another',
  valueAt: 'called in each step, with what a check has let pass',
  readStore: 'called by `load` and `train`, which have calls here, with a store that was checked',
  storeOf: 'a check, of which `save`, `load` and `train` have calls here',
  makeFromConfig: 'called by `likelihoodFromConfig` and `corruptionFromConfig`, which have calls here',
  extensionOf: 'called by `train`, with the backend that is active',
  holdForTraining: 'called by `train`, after its checks',
  trainAs: 'what `train` does, which passes its arguments on',
  readTensors: 'called by `train` and others, with the tensors of a step',
  decoders: 'a constant',
  randomPermutation: 'called by objectives, with the address of a step',
  randomBits: 'called by `binarize`, which has a call there, with the address of an example',
  fileWriter: 'called by the command, with a path; a good one would leave a file here',
  npyHeader: 'called by writers of arrays, with the shape of a tensor',
  readNpyHeader: 'called by `readNpy`, with the bytes of a file',
  Monitor: 'made by `stopEarly` and others, which have calls here',
  stepsPerEpoch: 'called by functions that train, which have calls here',
  hereName: 'takes nothing',
  isAlive: 'called with the number of a process that a file of ours holds',
  readNpy: 'called by `fromNpz`, which has a call there, with bytes of a file',
  readZip: 'called by `fromNpz`, which has a call there, with an open file',
  download: 'called by `http`, which has a call here, and by data sets',
  takeNotes: 'called by `train`, which has a call here, with the data that it has checked',
  bestEpoch: 'called by summaries, with a history that was checked',
  parseNotes: 'called by `inspect` and `notesOf`, with the texts of a file',
  readModelHeader: 'called by `inspect`, which has a call here',
  savedVariables: 'called by `summary`, which has a call here',
  inputGradient: 'called by `annealedLogLikelihood`, which has a call there, with codes that it drew',
  yieldToTasks: 'called between two pieces of work, without arguments',
  trainedSteps: 'called by `summary`, which has a call here',
  countInBins: 'called by histograms, with numbers and bins that were checked',
  joinBytes: 'called with bytes that were just made or read',
  crc32: 'called for bytes that were just read or written',
  oneOf: 'makes such a check from names that are written beside it',
  printable: 'part of a message',
  show: 'part of a message: it takes anything',
  suggest: 'part of a message',
  fetchable: 'passes any value on to fetch, which its callers have checked',
  isNode: 'a constant',
  isRepeatable: 'a question: of what is no function, the answer is no',
  nodeModule: 'takes the name of a module that is written beside it',
  sizeOfShape: 'called with shapes that the public function before it has checked',
  initialVariable: 'called by the factories of models, which have calls here',
  examplesOf: 'called for each batch, after `batchesOf` has checked it',
  batchesFrom: 'called for each pass, with a data set that the public function before it has checked',
  isFolder: 'called by functions that train, which have calls here',
  planOf: 'called by functions that train, which have calls here',
  resumeOf: 'called by functions that train, which have calls here',
  namesInCheckpoint: 'called by functions that train, which have calls here',
  inputOf: 'called by the kernels of backends, with what tfjs hands them',
  wrongShape: 'makes an error',
  implementKernel: 'called by backends, with contracts of `@ae/core/kernels`',
  installKernels: 'called by backends, with implementations of their own',
  runKernel: 'called for each op of a step, with tensors that the public function before it has checked',
  hasFused: 'called for each op of a step, with the name of a kernel',
  runFused: 'called for each op of a step, with tensors that the public function before it has checked',
  withGradient: 'called for each op of a step, with tensors that the public function before it has checked',
  reshape: 'called for each op of a step, with tensors that the public function before it has checked',
  registerGradients: 'takes nothing',
  extendBackend: 'called by backends, with what they have just made',
}
