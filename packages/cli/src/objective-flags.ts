// The objectives that `ae train` can train VAEs on, as flags.
import { linear, type Objective, OptionError, type Trace } from '@ae/core'
import { betaTotalCorrelation, negativeElbo } from '@ae/losses'
import type { Flag } from './verb.ts'

/** What `--objective` takes. */
const objectiveNames = ['elbo', 'total-correlation'] as const

/** The settings of an objective. */
export interface ObjectiveSettings {
  readonly model: string
  readonly objective?: (typeof objectiveNames)[number] | undefined
  readonly beta?: number | undefined
  readonly betaWarmup?: number | undefined
  readonly freeBits?: number | undefined
  readonly capacity?: number | undefined
}

const models = ['vae', 'conditional-vae']

/** The flags. `--beta` of `beta-tc-vae` is an option of the model. */
export const objectiveFlags: readonly Flag[] = (
  [
    {
      name: 'objective',
      type: 'text',
      choices: objectiveNames,
      help: 'what is minimised: reconstruction + beta kl, or the beta-TCVAE objective (default: elbo)',
    },
    { name: 'beta', type: 'number', minimum: 0, value: '<number>', help: 'the weight of kl (default: 1)' },
    {
      name: 'beta-warmup',
      type: 'count',
      value: '<steps>',
      help: 'steps in which beta rises from 0',
    },
    {
      name: 'free-bits',
      type: 'number',
      minimum: 0,
      value: '<nats>',
      help: 'the KL that each latent may have at no cost',
    },
    { name: 'capacity', type: 'number', minimum: 0, value: '<nats>', help: 'the KL to aim at; beta is then large' },
  ] as const satisfies readonly Flag[]
).map((flag) => ({ ...flag, help: `${flag.help}; of ${models.join(' and ')}`, group: 'model' }))

/** The settings of `--model` that are about its objective, by their names; none for models with one objective. */
export function objectiveSettings(model: string): readonly string[] {
  return models.includes(model) ? ['objective', 'beta', 'betaWarmup', 'freeBits', 'capacity'] : []
}

/** The objective's settings with their defaults. */
export function completeObjective<settings extends ObjectiveSettings>(settings: settings): settings {
  if (!models.includes(settings.model)) return settings
  const { objective = 'elbo', beta = objective === 'elbo' ? 1 : 6 } = settings
  return { ...settings, objective, beta }
}

/**
 * The objective to train on; undefined for the model's own.
 *
 * @throws {OptionError} on settings that do not go together
 */
export function objectiveOf(
  { model, objective, beta = 1, betaWarmup, freeBits, capacity }: ObjectiveSettings,
  exampleCount: number,
): Objective<Trace, string> | undefined {
  if (!models.includes(model)) return undefined
  if (objective === 'total-correlation') {
    const other = Object.entries({ 'beta-warmup': betaWarmup, 'free-bits': freeBits, capacity })
    const [flag] = other.find(([, value]) => value !== undefined) ?? []
    if (flag === undefined) return betaTotalCorrelation({ exampleCount, beta }) as unknown as Objective<Trace, string>
    throw new OptionError(`\`ae train\` does not take --${flag} with --objective total-correlation.`, {
      facts: { 'Goes with': '--objective elbo' },
      fix: `leave out --${flag}`,
    })
  }
  if (beta === 1 && betaWarmup === undefined && freeBits === undefined && capacity === undefined) return undefined
  const weight = betaWarmup === undefined ? beta : linear({ from: 0, to: beta, steps: betaWarmup })
  const limits = { ...(freeBits !== undefined && { freeBits }), ...(capacity !== undefined && { capacity }) }
  return negativeElbo({ beta: weight, ...limits } as { beta: typeof weight }) as unknown as Objective<Trace, string>
}
