// The numbers that an objective is made of, at some steps of a run: what tells two objectives with the same terms apart.
import { OptionError } from '../errors.ts'
import { isRecord } from '../files/safetensors-header.ts'
import { type AnyObjective, numbersAt, settingsOf, weightsOf } from './objective.ts'

type Numbers = Readonly<Record<string, number>>

/** The numbers of an objective at one step. */
export interface ObjectiveAt {
  readonly step: number
  /** By term. */
  readonly weights: Numbers
  /** By name; see `Term.settings`. */
  readonly settings: Numbers
}

/**
 * The numbers at the step that a run made last and, where the objective is data, 1, 2, 4, 8 and so on steps later and at the
 * run's end, so that schedules which part later are told apart too.
 *
 * @param objectives of the model and its players
 * @param last the step made last, and the weights it was made with
 * @param steps all those of the run: a schedule need not have a value beyond
 */
export function objectiveNumbers(
  objectives: readonly AnyObjective[],
  last: { readonly step: number; readonly weights: Numbers },
  steps: number,
): readonly ObjectiveAt[] {
  const objective = togetherOf(objectives)
  const numbers: ObjectiveAt[] = [{ ...last, settings: settingsAt(objective, last.step) }]
  if (typeof objective === 'function') return numbers
  for (let { step } = last, ahead = 1; step < steps - 1; ahead *= 2) {
    step = Math.min(last.step + ahead, steps - 1)
    try {
      numbers.push({ step, weights: weightsAt(objective, step), settings: settingsAt(objective, step) })
    } catch {
      break // a schedule that fails is told by the step that needs it
    }
  }
  return numbers
}

/** Whether a file's value is what {@link objectiveNumbers} gave. */
export function isObjectiveNumbers(value: unknown): boolean {
  const isAt = (at: unknown) =>
    isRecord(at) &&
    Number.isSafeInteger(at.step) &&
    Number(at.step) >= 0 &&
    isNumbers(at.weights) &&
    isNumbers(at.settings)
  return Array.isArray(value) && value.every(isAt)
}

/**
 * Refuses an objective whose numbers are not those of the checkpoint.
 *
 * @param stated the checkpoint's
 * @param objective the run's, and the weights of its terms at the first of the steps
 * @param run its steps, and the store's name for the message
 * @throws {OptionError} that names the term or setting, and both values
 */
export function assertSameNumbers(
  stated: readonly ObjectiveAt[],
  { objectives, first }: { readonly objectives: readonly AnyObjective[]; readonly first: Numbers },
  { steps, source }: { readonly steps: number; readonly source: string },
): void {
  const objective = togetherOf(objectives)
  for (const [i, before] of stated.entries()) {
    if (before.step >= steps || (i > 0 && typeof objective === 'function')) return
    const { step } = before
    const groups = [
      ['weight', before.weights, i === 0 ? first : weightsAt(objective, step)],
      ['setting', before.settings, settingsAt(objective, step)],
    ] as const
    for (const [what, stored, given] of groups) {
      const name = Object.keys(stored).find((key) => Object.hasOwn(given, key) && !equal(stored[key], given[key]))
      if (name === undefined) continue
      throw new OptionError(`\`train\` cannot resume: its objective has another ${what} \`${name}\`.`, {
        facts: { Expected: `${stored[name]} at step ${step} (${source})`, Received: String(given[name]) },
        fix: 'pass the objective of the checkpoint; to go on with this one, `load` the model from the checkpoint and train it without resume',
      })
    }
  }
}

/** One objective with the terms of all; a function where the first is one. */
function togetherOf(objectives: readonly AnyObjective[]): AnyObjective {
  const [own = { terms: {} }] = objectives
  const terms = objectives.map((objective) => (typeof objective === 'function' ? {} : objective.terms))
  return typeof own === 'function' ? own : { terms: Object.assign({}, ...terms) }
}

/** The weights at a step; none where one is not finite, which the step that needs it tells. */
function weightsAt(objective: AnyObjective, step: number): Numbers {
  return finite(weightsOf(objective, step))
}

function settingsAt(objective: AnyObjective, step: number): Numbers {
  return finite(numbersAt(settingsOf(objective), step))
}

function finite(numbers: unknown): Numbers {
  return isNumbers(numbers) ? numbers : {}
}

function isNumbers(value: unknown): value is Numbers {
  return isRecord(value) && Object.values(value).every(Number.isFinite)
}

/** Cosines differ in their last digits from engine to engine. */
function equal(a = 0, b = 0): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}
