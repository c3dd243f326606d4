// `pnpm --filter @ae/bench anomaly`: how well an autoencoder and a VAE find anomalies in three data sets, beside PyOD and scikit-learn
// on the same splits and scaling (peers/anomaly.py says which packages it needs; AE_PYTHON names another python3). Writes
// results/anomaly.json and the table in the docs.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { annotate, selectBackend, train } from '@ae/core'
import { fromArray } from '@ae/datasets'
import { gaussian } from '@ae/losses'
import { isAnomaly, rocAuc, score, threshold } from '@ae/metrics'
import { autoencoder, vae } from '@ae/models'
import { wasm } from '@ae/wasm'
import { readArguments } from './arguments.mjs'
import { machine } from './machine.mjs'
import { replaceSection, writeResult } from './report.mjs'

readArguments(
  'pnpm --filter @ae/bench anomaly: ROC AUC of anomaly detection beside PyOD and scikit-learn; a few minutes.',
)
const seeds = [1, 2, 3, 4, 5]
const settings = {
  hidden: [256],
  codeSize: 2,
  minimumStandardDeviation: 0.1,
  epochs: 40,
  batchSize: 32,
  quantile: 0.95,
}

/** A standard deviation for each feature of each example: what the model cannot predict counts less. */
const likelihood = () =>
  gaussian({ standardDeviation: 'perFeature', minimumStandardDeviation: settings.minimumStandardDeviation })
const models = {
  'autoencoder of @ae': (inputShape, seed) => {
    const { hidden, codeSize } = settings
    return autoencoder({ inputShape, hidden, codeSize, codeActivation: 'linear', likelihood: likelihood(), seed })
  },
  'VAE of @ae': (inputShape, seed) => {
    const { hidden, codeSize: latentSize } = settings
    return vae({ inputShape, hidden, latentSize, likelihood: likelihood(), seed })
  },
}

const folder = mkdtempSync(join(tmpdir(), 'ae-anomaly-'))
try {
  const python = process.env.AE_PYTHON ?? 'python3'
  const program = join(import.meta.dirname, 'peers/anomaly.py')
  const { stdout } = await promisify(execFile)(python, [program, folder, ...seeds.map(String)])
  const { areas, versions } = JSON.parse(stdout)
  await selectBackend(wasm)
  const alarms = {}
  for (const data of Object.keys(areas)) {
    for (const [name, create] of Object.entries(models)) {
      areas[data][name] = []
      for (const seed of seeds) {
        const { area, falseAlarms } = await measure(create, JSON.parse(read(data, seed)), seed)
        areas[data][name].push(area)
        alarms[name] = [...(alarms[name] ?? []), falseAlarms]
      }
      console.log(data, name, meanOf(areas[data][name]))
    }
  }
  writeResult('anomaly', { machine, settings, versions, areas, falseAlarms: alarms })
  replaceSection('guides/anomaly-detection.md', 'anomaly', `${table(areas, versions)}\n\n${falseAlarms(alarms)}`)
} finally {
  rmSync(folder, { recursive: true })
}

function read(data, seed) {
  return readFileSync(join(folder, `${data}-${seed}.json`), 'utf8')
}

/** The area under the ROC curve, and the share of normal test examples above a quantile of the training examples' scores. */
async function measure(create, { train: normal, test, labels }, seed) {
  const { epochs, batchSize, quantile } = settings
  const shape = [normal[0].length]
  const dataOf = (rows) => fromArray(Float32Array.from(rows.flat()), { shape })
  const model = create(shape, seed)
  for await (const _ of train(model, dataOf(normal), { epochs, batchSize, seed }));
  annotate(model, { threshold: threshold(await score(model, dataOf(normal)), { quantile }) })
  const area = rocAuc(await score(model, dataOf(test)), labels)
  const flags = await isAnomaly(model, dataOf(test.filter((_, i) => labels[i] === 0)))
  model.dispose()
  return { area, falseAlarms: flags.filter(Boolean).length / flags.length }
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function table(areas, { pyod, torch, aeon, ...versions }) {
  const names = Object.keys(areas)
  const detectors = Object.keys(areas[names[0]])
  const own = Object.keys(models)
  const ordered = [...own, ...detectors.filter((name) => !own.includes(name))]
  const cell = (data, name) => {
    const means = detectors.map((other) => meanOf(areas[data][other]))
    const mean = meanOf(areas[data][name])
    return mean === Math.max(...means) ? `**${mean.toFixed(3)}**` : mean.toFixed(3)
  }
  return [
    `ROC AUC, mean of five splits, measured by \`pnpm --filter @ae/bench anomaly\` beside PyOD ${pyod} (PyTorch ${torch}) and scikit-learn`,
    `${versions['scikit-learn']}, with the defaults of their libraries. Normal are the benign tumours of breast_cancer, and the first class of two`,
    `series of aeon ${aeon}. 60% of the normal examples train; all others are scored. Features are standardised by the training examples.`,
    `Ours have one hidden layer of ${settings.hidden} units, ${settings.codeSize} latents, a standard deviation for each feature, and train for ${settings.epochs} epochs in batches`,
    `of ${settings.batchSize}; this was chosen on three other splits of the same data.`,
    '',
    `| detector | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...ordered.map((name) => `| ${name} | ${names.map((data) => cell(data, name)).join(' | ')} |`),
  ].join('\n')
}

function falseAlarms(alarms) {
  const share = meanOf(Object.values(alarms).map(meanOf))
  return [
    `Above the ${settings.quantile} quantile of the scores of the *training* examples lie ${(100 * share).toFixed(0)}% of the normal test examples, mean over data, models and`,
    'splits: a model knows the examples that it learnt from. Set the threshold on normal examples that it has not seen, as the program does.',
  ].join('\n')
}
