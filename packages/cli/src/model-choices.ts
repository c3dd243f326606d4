// The models that `--model` names, and what each is judged by.
import type { Autoencoder, LossValues, Objective, Shape, Trace, Trainable } from '@ae/core'
import { bernoulliNegativeLogLikelihood, meanSquaredError } from '@ae/losses'
import { autoencoder, type Vae, vae } from '@ae/models'

/** One of the models that the command trains. */
export interface ModelChoice {
  /** Makes the tutorial's network for images of a shape. */
  create(options: { readonly inputShape: Shape; readonly seed: number }): Autoencoder & Trainable
  /** What the result reports, on training and test data; the model's own objective where absent. */
  readonly figures?: Objective<Trace, string> | undefined
  /** The names of the figures, in the order they are shown. */
  readonly figureNames: readonly string[]
}

/** By the names that `--model` takes. */
export const modelChoices: Readonly<Record<string, ModelChoice>> = {
  vae: {
    create: ({ inputShape, seed }) => vae({ inputShape, latentSize: 20, hidden: [400], seed }),
    figureNames: ['reconstruction', 'kl'],
  },
  autoencoder: {
    create: ({ inputShape, seed }) => autoencoder({ inputShape, hidden: [256, 128], codeSize: 64, seed }),
    figures: ({ likelihood, output, target }) => ({
      mse: meanSquaredError(likelihood.mean(output), target),
      nats: bernoulliNegativeLogLikelihood(output, target),
    }),
    figureNames: ['mse', 'nats'],
  },
}

/** Whether images can be drawn from the model's prior. */
export function canSample(model: object): model is Pick<Vae, 'sample'> {
  return 'sample' in model
}

/** The figures of an evaluation in their order, without its `total`. */
export function pick(values: LossValues, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? Number.NaN]))
}
