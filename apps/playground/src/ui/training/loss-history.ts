// The losses of a run, as few points as a small plot can show.

/** The value of each term after some steps. */
export interface LossHistory {
  readonly steps: readonly number[]
  readonly terms: Readonly<Record<string, readonly number[]>>
}

/** More points than a small plot has pixels tell nothing. */
const mostPoints = 400

/**
 * Adds the losses of a step. Once there are 400 points, neighbours of the older ones are averaged.
 *
 * @param history is not changed
 * @param step rises from call to call
 * @param loss by term; the same terms each time
 */
export function addLosses(history: LossHistory, step: number, loss: Readonly<Record<string, number>>): LossHistory {
  const { steps, terms } = history.steps.length >= mostPoints ? halved(history) : history
  return {
    steps: [...steps, step],
    terms: Object.fromEntries(Object.entries(loss).map(([term, value]) => [term, [...(terms[term] ?? []), value]])),
  }
}

function halved({ steps, terms }: LossHistory): LossHistory {
  return {
    steps: pairs(steps).map((pair) => pair.at(-1) as number),
    terms: Object.fromEntries(
      Object.entries(terms).map(([term, values]) => [
        term,
        pairs(values).map((pair) => pair.reduce((sum, value) => sum + value, 0) / pair.length),
      ]),
    ),
  }
}

function pairs(values: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(values.length / 2) }, (_, index) => values.slice(2 * index, 2 * index + 2))
}
