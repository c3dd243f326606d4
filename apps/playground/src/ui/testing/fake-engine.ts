// An engine without a Worker, for tests of the page and for work on its looks: digits of a few strokes, morphed by their place on the plane.
// The same calls have the same answers.
import { type Engine, EngineError, type Frame, type ModelCard, type Pictures, type Plane } from '../../engine/engine.ts'
import { plainSettings } from '../../engine/plain-settings.ts'
import type { Settings } from '../../engine/settings.ts'
import { blend, classCount, noise, planePoints } from './fake-digits.ts'

const size = 28

/** How a fake engine differs from the usual one. */
export interface FakeOptions {
  /** Milliseconds that a frame of training takes. Defaults to 60. */
  readonly pace?: number
  /** Methods that fail, by their names. */
  readonly fails?: readonly (keyof Engine)[]
}

const settings: Settings = { ...plainSettings, hidden: [256, 64] }

/** @param options see {@link FakeOptions} */
export function fakeEngine({ pace = 60, fails = [] }: FakeOptions = {}): Engine {
  let current = settings
  let steps = 15_000
  let isPaused = false
  const skill = () => Math.min(1, steps / 600)

  const pictures = (count: number, draw: (index: number) => Float32Array): Pictures => {
    const values = new Float32Array(count * size * size)
    for (let index = 0; index < count; index++) values.set(draw(index), index * size * size)
    return { values, count, height: size, width: size, channels: 1 }
  }
  const example = (index: number) => blend(planePoints(index + 1).subarray(2 * index), 1)
  const plane = (): Plane => ({
    epoch: Math.floor(steps / 78),
    points: planePoints(1500).map((value) => value * (0.3 + 0.7 * skill())),
    labels: Uint8Array.from({ length: 1500 }, (_, index) => index % classCount),
    axes: 'latents',
    extent: [-3.2, 3.2, -3.2, 3.2],
  })
  const codesOf = ({ values, count }: Pictures) => {
    const codes = new Float32Array(count * current.latentSize)
    for (let index = 0; index < count; index++) {
      const picture = values.subarray(index * size * size, (index + 1) * size * size)
      const sum = (weight: (x: number, y: number) => number) =>
        picture.reduce(
          (total, value, at) => total + value * weight((at % size) - 13.5, Math.floor(at / size) - 13.5),
          0,
        )
      codes[index * current.latentSize] = sum((x) => x / 60)
      codes[index * current.latentSize + 1] = sum((_, y) => -y / 60)
    }
    return { values: codes, count, size: current.latentSize }
  }
  const loss = () => {
    const reconstruction = 142 + 380 * Math.exp(-steps / 90) + 3 * noise(steps)
    const kl = 6.4 * skill() + 0.2 * noise(steps + 9)
    return { reconstruction, kl, total: reconstruction + kl }
  }

  const engine: Engine = {
    backends: async () => [
      { name: 'wasm', available: true, threads: 1 },
      { name: 'webgl', available: true },
      { name: 'webgpu', available: false, reason: 'This browser offers no WebGPU adapter.' },
    ],
    datasets: async () => [
      { name: 'mnist', count: 12_000, classes: classCount, shape: [28, 28, 1] },
      { name: 'fashion-mnist', count: 12_000, classes: classCount, shape: [28, 28, 1] },
      { name: 'shapes', count: 20_000, classes: 0, shape: [28, 28, 1] },
    ],
    async measure(backend) {
      await wait(600)
      return { examplesPerSecond: backend === 'wasm' ? 21_400 : 9_800 }
    },
    async openPretrained() {
      current = settings
      return cardOf(current, steps)
    },
    useOwn: async (files) => ({
      kind: 'pictures',
      count: files.length,
      shape: [28, 28, 1],
      problems: files.length === 1 ? [] : ['notes.txt: not a picture'],
    }),
    async create(given) {
      current = given
      steps = 0
      return cardOf(current, steps)
    },
    async train(onFrame) {
      isPaused = false
      const perEpoch = 78
      const last = current.epochs * perEpoch
      const start = steps
      while (steps < last && !isPaused) {
        await wait(pace)
        steps = Math.min(last, steps + 13)
        const closesEpoch = steps % perEpoch === 0
        const frame: Frame = {
          epoch: Math.ceil(steps / perEpoch),
          step: steps,
          steps: last,
          seconds: ((steps - start) * 128) / 21_000,
          examplesPerSecond: 21_000 + 400 * noise(steps),
          loss: loss(),
          closesEpoch,
        }
        onFrame(
          closesEpoch
            ? {
                ...frame,
                plane: plane(),
                samples: await engine.sample(12, 1),
                reconstructions: await engine.reconstruct(pictures(12, example)),
              }
            : frame,
        )
      }
    },
    async pause() {
      isPaused = true
    },
    async step() {
      const terms = Object.entries(loss()).filter(([term]) => term !== 'total')
      steps++
      return {
        step: steps,
        terms: terms.map(([term, value], index) => ({ term, value, gradientNorm: 2.4 / (index + 1) })),
        layers: cardOf(current, steps).layers.map(({ name }, index) => ({
          name,
          weightNorm: 8 + index,
          updateNorm: 0.02 + index / 100,
        })),
        before: pictures(6, (index) => example(index).map((value) => 0.8 * value)),
        after: pictures(6, example),
      }
    },
    card: async () => cardOf(current, steps),
    sample: async (count, seed, label) =>
      pictures(count, (index) => {
        const at = planePoints(count + seed + 40).subarray(2 * (label === undefined ? index + seed : label))
        return blend(
          at.map((value) => value + 0.2 * noise(index + seed)),
          skill(),
        )
      }),
    async encode(given) {
      const mean = codesOf(given)
      return { mean, logVariance: { ...mean, values: mean.values.map((_, index) => (index % 2 ? -3 : -4)) } }
    },
    decode: async ({ values, count, size: length }) =>
      pictures(count, (index) => blend(values.subarray(index * length), skill())),
    reconstruct: async (given) => engine.decode(codesOf(given)),
    async denoise(given, amount) {
      const corrupted = { ...given, values: given.values.map((value, index) => clip(value + amount * noise(index))) }
      return { corrupted, denoised: await engine.reconstruct(given) }
    },
    async interpolate(from, to, count) {
      const [a, b] = [codesOf(from).values, codesOf(to).values]
      return pictures(count, (index) =>
        blend(
          a.map((value, at) => value + (index / (count - 1)) * ((b[at] ?? 0) - value)),
          skill(),
        ),
      )
    },
    score: async (given) => ({
      values: Float32Array.from({ length: given.count }, () => 171),
      kind: 'negative ELBO',
      unit: 'nats',
      typical: Float32Array.from({ length: 400 }, (_, index) => 148 + 26 * noise(index)).sort(),
    }),
    plane: async () => plane(),
    decodePlane: async (points) => pictures(points.length / 2, (index) => blend(points.subarray(2 * index), skill())),
    projectToPlane: async ({ values, count, size: length }) =>
      Float32Array.from({ length: 2 * count }, (_, at) => values[(at >> 1) * length + (at & 1)] ?? 0),
    discreteCodes: async () => ({
      indices: Int32Array.from({ length: 49 }, (_, index) => (index * 7) % 64),
      height: 7,
      width: 7,
      codebookSize: 64,
    }),
    decodeDiscrete: async (indices) => pictures(1, () => example((indices[0] ?? 0) % 9)),
    examples: async (count, from = 0) => ({
      pictures: pictures(count, (index) => example(from + index)),
      labels: Uint8Array.from({ length: count }, (_, index) => (from + index) % classCount),
    }),
    save: async () => new Uint8Array(1000),
    async open() {
      throw new EngineError(
        '`load` found no model in the file.',
        'Choose a file that "Save the model" or `save` has written.',
      )
    },
    exportOnnx: async () => new Uint8Array(1000),
    dispose() {},
  }
  for (const name of fails)
    Object.assign(engine, {
      [name]: async () => {
        throw new EngineError(`\`${name}\` failed, as it was told to.`, 'Make a fake engine without `fails`.')
      },
    })
  return engine
}

function cardOf(current: Settings, trainedSteps: number): ModelCard {
  const { model, hidden, latentSize } = current
  const isVariational = model.endsWith('vae') && model !== 'vq-vae'
  const dense = (
    name: string,
    part: 'encoder' | 'decoder' | 'latent',
    from: number,
    to: number,
    activation?: string,
  ) => ({
    name,
    part,
    outputShape: [to],
    parameters: from * to + to,
    ...(activation && { activation }),
  })
  const widths = [784, ...hidden]
  const back = [latentSize, ...[...hidden].reverse(), 784]
  const last = widths.at(-1) ?? 784
  const layers = [
    ...hidden.map((width, index) => dense(`encoder.${index}`, 'encoder', widths[index] ?? 784, width, 'relu')),
    dense('mean', 'latent', last, latentSize),
    dense('logVariance', 'latent', last, latentSize),
    ...back
      .slice(1)
      .map((width, index) =>
        dense(
          `decoder.${index}`,
          'decoder',
          back[index] ?? latentSize,
          width,
          index < hidden.length ? 'relu' : 'sigmoid',
        ),
      ),
  ]
  return {
    settings: current,
    shape: [size, size, 1],
    codeSize: latentSize,
    parameters: layers.reduce((sum, { parameters }) => sum + parameters, 0),
    layers,
    objective: [
      { term: 'reconstruction', symbol: 'E[-log p(x|z)]', weight: 1 },
      { term: 'kl', symbol: 'KL(q(z|x) || p(z))', weight: 1 },
    ],
    can: {
      sample: true,
      gaussian: isVariational,
      denoise: model === 'denoising-autoencoder',
      label: model === 'conditional-vae',
      discrete: model === 'vq-vae',
    },
    trainedSteps,
  }
}

const clip = (value: number) => Math.min(1, Math.max(0, value))
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
