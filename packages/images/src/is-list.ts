// What counts as a list of numbers or texts: an array or a typed array.

/** Whether `value` is an array or a typed array; nothing is said of its elements. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}
