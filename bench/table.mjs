// Markdown tables.

/** The lines of a table; an undefined cell stays empty. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)]
}

/** The number rounded to an integer, with separators: 16110 -> 16,110. */
export function whole(value) {
  return value === undefined ? undefined : Math.round(value).toLocaleString('en')
}
