// Which pictures and tables of a run are drawn, by what its examples are.
import type { IndexedDataset } from '@ae/datasets'
import { lookOf } from './look-of.ts'
import type { ModelChoice } from './subject.ts'
import type { TableParts } from './tables.ts'

/** The names of the files that are drawn. */
export function drawnFor(
  choice: ModelChoice,
  { data, table }: { readonly data: IndexedDataset; readonly table: TableParts | undefined },
): readonly string[] {
  if (table !== undefined) return choice.tables
  const look = lookOf(data.shape)
  if (look === 'picture') return choice.pictures
  return look === 'signal' ? choice.signals : choice.plots
}
