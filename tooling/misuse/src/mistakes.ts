// The mistakes: every place of a call, filled with each value that it does not accept.
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import type { Call } from './call.ts'
import type { Kind } from './kinds.ts'

/** A call with one wrong value. */
export interface Mistake {
  /** The place of the value, e.g. `options.seed`. */
  readonly place: string
  readonly value: unknown
  /** The arguments, including the wrong one. */
  readonly values: readonly unknown[]
}

/** Values that people pass by mistake; tensors created here are released with {@link Pool.dispose}. */
export interface Pool {
  readonly values: readonly unknown[]
  dispose(): void
}

/**
 * The likely mistakes, including `extra`.
 *
 * @param extra values of the library, in places where they do not belong
 */
export function likelyMistakes(extra: readonly unknown[]): Pool {
  const disposed = tf.ones([2, 4, 4, 1])
  disposed.dispose()
  const tensors = [
    tf.scalar(1),
    tf.zeros([0]),
    tf.ones([2]),
    tf.ones([4, 4, 1]),
    tf.ones([2, 3]),
    tf.ones([1, 2, 3, 4, 5]),
    tf.ones([2, 4, 4, 1], 'int32'),
    tf.ones([2, 3], 'bool'),
    tf.tensor(['a', 'b']),
  ]
  const plain = [
    ...[null, Number.NaN, -1, 0, 1.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, 2 ** 53, 2 ** 50],
    ...['', 'relu', 'bernoulli', '3', '../nowhere', true, false, 3n, Symbol('mistake')],
    ...[[], ['relu'], [null], [-1], [0], [1.5], [Number.NaN], [[]], ['3'], new Array(2), [undefined, 1], [1, 2, 3, 4]],
    ...[{}, { length: 3 }, { seed: 1 }, { sede: 1 }, { kind: 'vae' }, Object.create(null)],
    ...[() => 0, () => undefined, async () => undefined, class Something {}, new Proxy({}, {})],
    ...[new Date(0), new Map(), new Set([1]), new Error('mistake'), /x/, new WeakMap()],
    ...[Promise.resolve(1), new Float32Array(3), new Float64Array(3), new Uint8Array(3), new ArrayBuffer(8)],
    [
      [0, 1],
      [1, 0],
    ],
  ]
  return { values: [...plain, disposed, ...tensors, ...extra], dispose: () => tf.dispose(tensors) }
}

/** Values of every type, the same in every run. */
export function randomValues(how: number): readonly unknown[] {
  const arbitrary = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  })
  return fc.sample(arbitrary, { seed: 20, numRuns: how })
}

/** Every mistake of a call with one of `values`. */
export function* mistakesIn({ places }: Call, values: readonly unknown[]): Generator<Mistake> {
  const good = places.map((place) => place.good)
  for (const [i, { kind, good: own }] of places.entries()) {
    for (const { path, value, whole } of wrongValues(kind, own, values)) {
      yield { place: `argument ${i}${path}`, value, values: good.with(i, whole) }
    }
  }
}

interface Wrong {
  readonly path: string
  readonly value: unknown
  /** The value in the argument's place. */
  readonly whole: unknown
}

function* wrongValues(kind: Kind, good: unknown, values: readonly unknown[]): Generator<Wrong> {
  for (const value of [undefined, ...values]) if (!kind.isGood(value)) yield { path: '', value, whole: value }
  if (kind.members === undefined || typeof good !== 'object' || good === null) return
  const own = Object.assign(Object.create(Object.getPrototypeOf(good)), good)
  const withMember = (name: string, value: unknown) =>
    Object.assign(Object.create(Object.getPrototypeOf(own)), own, { [name]: value })
  if (kind.required) yield { path: '.mispelt', value: 1, whole: withMember('mispelt', 1) }
  for (const [name, of] of Object.entries(kind.members)) {
    for (const { path, value, whole } of wrongValues(of, (own as Record<string, unknown>)[name], values)) {
      // Leaving out an option that has a default is not a mistake.
      if (value === undefined && path === '' && kind.required?.includes(name) === false) continue
      yield { path: `.${name}${path}`, value, whole: withMember(name, whole) }
    }
  }
}
