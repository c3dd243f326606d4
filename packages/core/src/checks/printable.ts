// Makes text from outside (a file, a server, an option) safe to put into a message: it stays on its line, it is short, and a
// terminal prints it instead of obeying it.

/**
 * Makes text safe to print: control characters, line breaks and marks that change the direction of writing are shown as
 * escapes such as `\n` and `\u{1b}`, user names and passwords in addresses as `***`, and the middle of a long text is left out.
 *
 * @param text anything
 * @param limit how many characters of `text` to keep at most, at least 2. Defaults to 2000
 * @returns one line; at most a few characters more than `limit`, each escape counted as one
 */
export function printable(text: string, limit = 2000): string {
  return shorten(withoutLogin(text), limit).replace(unprintable, showEscaped)
}

/** The same text, with `***` for the user name and the password of every address in it. */
export function withoutLogin(text: string): string {
  return text.replace(/:\/\/[^\s/\\?#]*@/g, '://***@')
}

/** Keeps both ends: the end of a path says most, and the start of a sentence. Never cuts a surrogate pair in two. */
function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  const start = text.slice(0, Math.ceil(limit / 2)).replace(/[\ud800-\udbff]$/, '')
  const end = text.slice(text.length - Math.floor(limit / 2)).replace(/^[\udc00-\udfff]/, '')
  return `${start} … ${end}`
}

// Controls (C0, DEL, C1), line and paragraph separators, marks and overrides of direction, the byte order mark, and halves
// of surrogate pairs.
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

const shortNames: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function showEscaped(character: string): string {
  return shortNames[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`
}
