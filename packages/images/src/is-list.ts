// What counts as a list of numbers or texts: an array or a typed array.

/** Whether `value` is an array or a typed array; nothing is said of its elements. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

/** Whether `value` is an array or a typed array of finite numbers, possibly none. */
export function isNumbers(value: unknown): value is ArrayLike<number> {
  return isList(value) && Array.from(value).every(Number.isFinite)
}
