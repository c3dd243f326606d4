// What the model of the first view is, and how it was trained.
import { plainSettings } from '../plain-settings.ts'
import type { Settings } from '../settings.ts'

export const firstSettings: Settings = {
  ...plainSettings,
  examples: 60_000,
  hidden: [64, 32],
  epochs: 30,
  learningRate: 0.002,
}
