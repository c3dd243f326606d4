// Lists of numbers, as arguments.
import type { OptionCheck } from '@ae/core/internal'

/** Finite numbers, at least one, in an array or a typed array. */
export const finiteNumbersOption: OptionCheck = (value) =>
  (Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value)) &&
  Number(value.length) > 0 &&
  Array.from(value as ArrayLike<unknown>).every(Number.isFinite)
    ? undefined
    : 'finite numbers, at least one, e.g. the values of a tensor: await codes.data()'
