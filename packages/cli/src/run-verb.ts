// What the programs of a trained model's verbs have in common: the model is opened and released, and what was done is told.
import { type OpenModel, openModel } from './open-model.ts'
import type { ExitCode, Io, Settings } from './verb.ts'
import { ReaderGone, type Target } from './write-array.ts'

/**
 * Opens the model, runs `use` with it, and releases it. When the reader of stdout leaves, what it has is all that it wanted.
 *
 * @param verb what was run, e.g. `ae encode`
 */
export async function withModel(
  verb: string,
  settings: Settings,
  io: Io,
  use: (opened: OpenModel) => Promise<ExitCode>,
): Promise<ExitCode> {
  const opened = await openModel(String(settings.model), { verb, backend: String(settings.backend), io })
  try {
    return await use(opened)
  } catch (error) {
    if (error instanceof ReaderGone) return 0
    throw error
  } finally {
    opened.dispose()
  }
}

/** Says what was written, unless stdout carries it: a line, or with `--json` an object. */
export function tellWritten(
  settings: Settings,
  { stdout }: Pick<Io, 'stdout'>,
  target: Target,
  { model, backend }: OpenModel,
  facts: Readonly<Record<string, unknown>>,
): void {
  if (target.out === '-') return
  const { out, format } = target
  if (settings.json) stdout.write(`${JSON.stringify({ kind: model.kind, backend, ...facts, out, format })}\n`)
  else
    stdout.write(
      `wrote ${out} (${Object.entries(facts)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')})\n`,
    )
}
