/** The name of an error and its sentence, without the facts. */
export function firstLine(error: unknown): string {
  return String(error).split('\n', 1)[0] ?? ''
}
