// Prints a value that was received, for a message.
import type { Tensor } from '@tensorflow/tfjs-core'
import { printable, withoutLogin } from './printable.ts'

/**
 * How a received value is printed in a message: always short, and strings in quotes, so that 5 and "5" look different.
 *
 * @param value anything
 * @returns e.g. `"relu"`, `[28, 28, 1]`, `{ epochs, seed }`, `a tensor of shape [128, 784]`, `a promise`
 */
export function show(value: unknown): string {
  if (typeof value === 'string') return showText(withoutLogin(value))
  if (typeof value === 'bigint') return `${printable(String(value), 60)}n`
  if (typeof value === 'function') return `function ${printable(String(value.name), 60) || '(anonymous)'}`
  if (Array.isArray(value)) return showList(value)
  if (typeof value === 'object' && value !== null) return showObject(value)
  return String(value)
}

function showText(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)
}

/** The first eight items; a list within the list is printed as `[…]`. */
function showList(list: readonly unknown[]): string {
  const items = Array.from(list.slice(0, 8), (item, i) => {
    if (!(i in list)) return '(nothing)'
    return Array.isArray(item) ? '[…]' : show(item)
  })
  return `[${items.join(', ')}${list.length > 8 ? ', …' : ''}]`
}

function showObject(value: object): string {
  if (isTensor(value)) {
    return `a tensor of shape [${value.shape.join(', ')}]${value.isDisposed ? ', disposed of' : ''}`
  }
  if (value instanceof Promise) return 'a promise'
  if (ArrayBuffer.isView(value) && 'length' in value) return `${value.constructor.name} of ${value.length} values`
  const names = Object.keys(value).slice(0, 8)
  const members = `{ ${names.map((name) => printable(name, 60)).join(', ')} }`
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return members
  if (names.length > 0) return members
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1) // e.g. of a generator, which has no name
  const name = printable(value.constructor?.name || tag, 60)
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
}

/** Looks at the members, so it recognises tensors of any copy of tfjs, and needs none loaded. */
function isTensor(value: object): value is Tensor {
  return 'dataId' in value && 'shape' in value && Array.isArray(value.shape)
}
