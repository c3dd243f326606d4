// Terms and their meanings in two columns, as wide as the terminal.

/** A term with its meaning, and how far it is indented. */
export type Row = readonly [term: string, meaning: string, indent?: number]

/**
 * Lines of at most `width` characters, where words allow it. Where the terms would leave little room, meanings stand below them.
 *
 * @param rows in order
 * @param width of the terminal
 */
export function inColumns(rows: readonly Row[], width: number): string {
  const lengths = rows.filter(([, meaning]) => meaning !== '').map(([term, , indent = 0]) => indent + term.length)
  const column = Math.max(0, ...lengths.filter((length) => length <= widestTerm)) + 2
  const isNarrow = width - column < 34
  return rows
    .map(([term, meaning, indent = 0]) => {
      if (meaning === '') return sentence(term, indent, width)
      const start = isNarrow ? indent + 4 : column
      const lines = wrapped(meaning, Math.max(width - start, 16)).map((line) => ' '.repeat(start) + line)
      const head = ' '.repeat(indent) + term
      const [first, ...rest] = lines
      const isBeside = !isNarrow && first !== undefined && head.length + 2 <= start
      return (isBeside ? [head.padEnd(start) + first.trimStart(), ...rest] : [head, ...lines])
        .map((line) => `${line}\n`)
        .join('')
    })
    .join('')
}

/** Longer terms stand alone on their line. */
const widestTerm = 32

/**
 * A text for a terminal of `width` characters. Lines that are not indented are a paragraph; of those that are, terms stand in a
 * column, and two spaces or more divide them from their meanings.
 */
export function reflowed(text: string, width: number): string {
  const blocks: (string | Row[])[] = []
  for (const line of text.trim().split('\n')) {
    const last = blocks.at(-1)
    const [, indent = '', term = '', meaning = ''] = /^( *)(.*?)(?: {2,}(.*))?$/.exec(line) ?? []
    if (indent === '') {
      if (typeof last === 'string' && last !== '' && line !== '') blocks[blocks.length - 1] = `${last} ${line}`
      else blocks.push(line)
    } else if (Array.isArray(last)) {
      const former = last.at(-1)
      const goesOn = former !== undefined && meaning === '' && indent.length > 8 // below the meaning of the line before
      if (goesOn) last[last.length - 1] = [former[0], `${former[1]} ${term}`, former[2] ?? 0]
      else last.push([term, meaning, indent.length])
    } else blocks.push([[term, meaning, indent.length]])
  }
  return blocks
    .map((block) => (typeof block === 'string' ? `${wrapped(block, width).join('\n')}\n` : inColumns(block, width)))
    .join('')
}

/** A term without a meaning is a sentence, and is wrapped. */
function sentence(text: string, indent: number, width: number): string {
  const lines = wrapped(text, Math.max(width - indent - 2, 16))
  return lines.map((line, index) => `${' '.repeat(index === 0 ? indent : indent + 2)}${line}\n`).join('')
}

/** The words of a text in lines of at most `width` characters. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter((word) => word !== '')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** The width of a stream's terminal; 100 where it is none, at least 30. */
export function widthOf({
  isTTY,
  columns,
}: {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}): number {
  return isTTY && columns !== undefined ? Math.max(columns, 30) : 100
}
