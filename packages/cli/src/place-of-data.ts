// Which data the flags of a verb name: one place, whatever flag said it.
import { OptionError } from '@ae/core'
import type { Settings } from './verb.ts'

/** Where data is. */
export type PlaceOfData =
  | { readonly dataset: string }
  | {
      /** A path, an address, or `-`. */
      readonly path: string
      /** What it must be, if a flag said so. */
      readonly kind?: 'images' | 'csv' | 'parquet' | 'npy' | undefined
    }

const kinds = ['images', 'csv', 'parquet', 'npy'] as const

/**
 * The place of data.
 *
 * @returns undefined if none is named
 * @throws {OptionError} when several are
 */
export function placeOfData(
  verb: string,
  settings: Settings,
  operand: unknown = settings.data,
): PlaceOfData | undefined {
  const named: [string, PlaceOfData][] = []
  if (operand !== undefined) named.push(['DATA', { path: String(operand) }])
  if (settings.dataset !== undefined) named.push(['--dataset', { dataset: String(settings.dataset) }])
  for (const kind of kinds) {
    if (settings[kind] !== undefined) named.push([`--${kind}`, { path: String(settings[kind]), kind }])
  }
  if (named.length <= 1) return named[0]?.[1]
  throw new OptionError(`\`${verb}\` received several places of data.`, {
    facts: { Expected: 'one', Received: named.map(([name]) => name).join(', ') },
    fix: 'leave out all but one',
  })
}

/** The error of a verb that needs data. */
export function dataNeeded(verb: string, why = ''): OptionError {
  return new OptionError(`\`${verb}\` needs data${why}.`, {
    facts: { Expected: 'a file or a folder after the model, or --data, --dataset, --images, --csv, --parquet, --npy' },
    fix: `name it, e.g. ${verb} model.safetensors data.npy, or - for stdin`,
  })
}
