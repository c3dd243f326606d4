// A run where nothing else is said: what a link without settings means.
import { backendNames, type Settings } from './settings.ts'

/** The settings where nothing else is said. */
export const plainSettings: Settings = {
  model: 'vae',
  dataset: 'mnist',
  examples: 10_000,
  architecture: 'dense',
  hidden: [400],
  latentSize: 2,
  options: {},
  epochs: 10,
  batchSize: 128,
  learningRate: 0.001,
  seed: 1,
  backend: backendNames[0],
}
