// Tables in Markdown.

/** Lines of a table; a cell that is undefined stays empty. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)]
}

/** A whole number with separators: 16110 -> 16,110. */
export function whole(value) {
  return value === undefined ? undefined : Math.round(value).toLocaleString('en')
}
