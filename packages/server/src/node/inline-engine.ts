// The engine in the caller's thread, for where there can be no other.
import type { Engine, ModelCard } from '../jobs/job.ts'
import { type ComputerSettings, computer, type ModelSource } from './computer.ts'
import type { FileEngine } from './worker-engine.ts'

/**
 * Loads the models.
 *
 * @throws what loading one throws; nothing stays allocated
 */
export async function inlineEngine(
  settings: ComputerSettings & {
    readonly sources: ReadonlyMap<string, ModelSource>
    readonly onEvent: (event: 'failure', error: string) => void
  },
): Promise<FileEngine> {
  const { sources, onEvent } = settings
  const own = await computer(settings, (error) => onEvent('failure', String(error)))
  const cards = new Map<string, ModelCard>()
  const reload = async (name: string): Promise<ModelCard> => {
    const card = await own.load(name, sources.get(name) as ModelSource)
    cards.set(name, card)
    return card
  }
  try {
    for (const name of sources.keys()) await reload(name)
  } catch (error) {
    own.dispose()
    throw error
  }
  const run: Engine['run'] = (name, jobs) => own.run(name, jobs)
  return { device: own.device, cards: () => cards, isReady: () => true, run, reload, close: async () => own.dispose() }
}
