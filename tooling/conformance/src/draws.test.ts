// Draws from every likelihood against float64 formulas of the same noise, and those of `sample(count, { draw: true })`.
import { type Likelihood, normals, randomNormal, uniforms } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import {
  bernoulli,
  categorical,
  continuousBernoulli,
  discretizedLogistic,
  drawFrom,
  gaussian,
  laplace,
  mixed,
  squaredError,
} from '@ae/losses'
import { vae } from '@ae/models'
import * as tf from '@tensorflow/tfjs-core'
import { test } from 'vitest'
import { expectNear, valuesOf } from './closeness.ts'
import { mixedParts } from './mixed-parts.ts'
import { onBackend } from './on-backend.ts'

const [examples, seed] = [5, 3]
const noiseSize = 1000
const u = uniforms('likelihood', { seed }, noiseSize)
const n = normals('likelihood', { seed }, noiseSize)

/** From the parameters of a feature, and the index of its noise, to a draw. */
type Draw = (parameters: readonly number[], i: number) => number

interface Row {
  readonly likelihood: Likelihood
  readonly width: number
  /** The draws of all examples from their outputs. */
  readonly draws: (output: Float32Array) => number[]
}

const sigmoid = (l: number) => 1 / (1 + Math.exp(-l))
const scale = (raw = 0) => 0.01 + Math.log1p(Math.exp(raw))
const uniform = (i: number) => u[i] as number
const normal = (i: number) => n[i] as number
const bit: Draw = ([l = 0], i) => Number(uniform(i) < sigmoid(l))
const doubleExponential = (i: number) => {
  const v = uniform(i) - 0.5
  return -Math.sign(v) * Math.log(1 - 2 * Math.abs(v))
}
/** Which of some logits, each with noise of its own. */
const choice = (logits: readonly number[], i: number) => {
  const noisy = logits.map((logit, k) => logit - Math.log(-Math.log(uniform(i + k))))
  return noisy.indexOf(Math.max(...noisy))
}
const level = (x: number, levels: number) => Math.round(Math.min(Math.max(x, 0), 1) * (levels - 1)) / (levels - 1)

const rows: readonly Row[] = [
  row(bernoulli, bit),
  row(continuousBernoulli, ([l = 0], i) => Math.log1p(uniform(i) * Math.expm1(l)) / l),
  row(gaussian({ standardDeviation: 0.3 }), ([mean = 0], i) => mean + 0.3 * normal(i)),
  ...(['shared', 'perFeature'] as const).map((standardDeviation) =>
    row(gaussian({ standardDeviation }), ([mean = 0, raw], i) => mean + scale(raw) * normal(i)),
  ),
  row(laplace({ scale: 0.4 }), ([location = 0], i) => location + 0.4 * doubleExponential(i)),
  ...(['shared', 'perFeature'] as const).map((kind) =>
    row(laplace({ scale: kind }), ([location = 0, raw], i) => location + scale(raw) * doubleExponential(i)),
  ),
  row(categorical({ classes: 4 }), (logits, i) => choice(logits, 4 * i) / 3),
  row(discretizedLogistic({ levels: 16 }), ([mean = 0, logScale = 0], i) => {
    const noise = Math.log(uniform(i) / (1 - uniform(i)))
    return level(mean + Math.exp(logScale) * noise, 16)
  }),
  row(squaredError(), ([mean = 0], i) => mean + Math.SQRT1_2 * normal(i)),
  row(squaredError({ activation: 'sigmoid' }), ([l = 0], i) => sigmoid(l) + Math.SQRT1_2 * normal(i)),
  { likelihood: mixed({ parts: mixedParts('perFeature') }), width: 15, draws: drawsOfTable('perFeature') },
  { likelihood: mixed({ parts: mixedParts(0.7) }), width: 15, draws: drawsOfTable(0.7) },
]

/** Of a mixed one the first part tells enough. */
function nameOf({ config }: Likelihood): string {
  return JSON.stringify(Array.isArray(config.parts) ? { kind: 'mixed', parts: [config.parts[0], '...'] } : config)
}

/** A likelihood whose features are alike. */
function row(likelihood: Likelihood, draw: Draw): Row {
  const { parameters: count = 1 } = likelihood
  const draws = (output: Float32Array) =>
    Array.from({ length: output.length / count }, (_, i) => draw([...output.subarray(i * count, (i + 1) * count)], i))
  return { likelihood, width: 6, draws }
}

function drawsOfTable(standardDeviation: number | 'perFeature') {
  const count = standardDeviation === 'perFeature' ? 2 : 1
  return (output: Float32Array) =>
    Array.from({ length: examples }, (_, example) => {
      const at = (column: number) => 15 * example + column
      const location = (column: number) => output[count * at(column)] as number
      const flag = (column: number) => bit([location(column)], at(column))
      const number = (column: number, deviation?: number) => {
        const own = standardDeviation === 'perFeature' ? scale(output[2 * at(column) + 1]) : standardDeviation
        return location(column) + (deviation ?? own) * normal(at(column))
      }
      const group = (first: number, size: number) => {
        const logits = Array.from({ length: size }, (_, k) => location(first + k))
        const chosen = choice(logits, at(first))
        return logits.map((_, k) => Number(k === chosen))
      }
      const [age, bits] = [flag(0), flag(6)]
      return [
        ...[age, age * number(1)],
        ...[1, number(3, 0.5), number(4, 0.5)], // what is missing is not modelled: nothing is
        flag(5),
        ...[bits, bits * flag(7), bits * flag(8)],
        ...group(9, 3),
        ...group(12, 2),
        number(14),
      ]
    }).flat()
}

const named = rows.map((row) => ({ name: nameOf(row.likelihood), ...row }))

onBackend('draws from likelihoods agree with float64 formulas of the same noise within 1e-5', () => {
  test.each(named)('$name', ({ likelihood, width, draws }) =>
    expectNoLeak(async () => {
      const { parameters = 1 } = likelihood
      const shape = [examples, width, ...(parameters === 1 ? [] : [parameters])]
      const output = tf.tensor(normals('output', {}, examples * width * parameters), shape)
      const drawn = drawFrom(likelihood, output, { seed })
      await expectDraws({ drawn, output }, draws)
    }),
  )

  test.each(named)('samples of a VAE: $name', ({ likelihood, width, draws }) =>
    expectNoLeak(async () => {
      using model = vae({ inputShape: [width], latentSize: 4, hidden: [5], likelihood, seed: 2 })
      const latents = randomNormal([examples, 4], 'prior', { seed }) as tf.Tensor2D
      const [output, drawn] = [model.output(latents), model.sample(examples, { seed, draw: true })]
      latents.dispose()
      await expectDraws({ drawn, output }, draws)
    }),
  )
})

/** Disposes of both. */
async function expectDraws(tensors: { drawn: tf.Tensor; output: tf.Tensor }, draws: Row['draws']): Promise<void> {
  const { drawn, output } = await valuesOf(tensors)
  tf.dispose([tensors.drawn, tensors.output])
  expectNear({ drawn: drawn ?? [] }, { drawn: draws(output ?? new Float32Array()) }, 1e-5)
}
