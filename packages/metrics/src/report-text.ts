// A report as a table of plain text.
import { printable } from '@ae/core/internal'
import type { Estimate } from './estimate.ts'

/** What is printed. */
interface Printed {
  readonly kind: string
  readonly data: { readonly name: string; readonly size: number }
  readonly figures: object
  readonly latents?: readonly { readonly kl: Estimate }[] | undefined
}

/** One line for each figure, and one for the KL of the latents. */
export function reportText({ kind, data, figures, latents }: Printed): string {
  const rows = Object.entries(figures)
    .filter((entry): entry is [string, Estimate] => entry[1] !== undefined)
    .map(([name, { value, standardError, unit, estimator, isBound }]) => [
      name,
      digits(value),
      standardError === undefined ? '' : `± ${digits(standardError)}`,
      unit === '1' ? '' : unit,
      isBound ? 'bound' : '',
      estimator,
    ])
  const title = `${printable(kind)} on ${printable(data.name)}, ${data.size} examples`
  const table = tableOf([['figure', 'value', '', 'unit', '', 'estimator'], ...rows])
  if (latents === undefined) return [title, '', ...table].join('\n')
  const kls = latents.map(({ kl }, i) => [digits(kl.value), i] as const).sort((a, b) => Number(b[0]) - Number(a[0]))
  return [title, '', ...table, '', 'KL of each latent, nats:', kls.map(([kl, i]) => `${i}: ${kl}`).join('  ')].join(
    '\n',
  )
}

/** At most five digits. */
function digits(value: number): string {
  return String(Number(value.toPrecision(5)))
}

/** Columns of equal width. */
function tableOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 1 ? cell.padStart(widths[1] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
