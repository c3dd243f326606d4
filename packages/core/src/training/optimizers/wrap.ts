// What the wrappers of optimisers share: an optimiser around another, whose `apply` stays one that can be replayed.
import * as tf from '@tensorflow/tfjs-core'
import type { Json } from '../../json.ts'
import type { Optimizer, OptimizerState } from '../optimizer.ts'
import { averaged, clipped } from './composed.ts'
import { type Move, type Moves, movesOf, withMoves } from './moves.ts'

/** What a wrapper adds to a state. */
interface Wrapping {
  /** Its own slots. */
  readonly slots?: OptimizerState['slots']
  /** Moves by means of the inner state's `move`. */
  readonly move: Move
  /** As in {@link Moves}, from the inner state's; the inner ones where they are left out. */
  readonly replay?: (inner: Moves) => Partial<Moves>
  /** Called before anything is released. */
  readonly end?: () => void
}

/**
 * An optimiser around another.
 *
 * @param kind the wrapper's name
 * @param optimizer the inner one
 * @param config the wrapper's options
 * @param wrap gives what it adds to a state of the inner one
 */
export function wrapped(
  kind: string,
  optimizer: Optimizer,
  config: Readonly<Record<string, Json | undefined>>,
  wrap: (inner: OptimizerState, move: Move, variables: Readonly<Record<string, tf.Variable>>) => Wrapping,
): Optimizer {
  const { learningRate, ...options } = optimizer.config
  return {
    kind,
    // Runs may change the learning rate, which stands outside for that.
    config: { learningRate, ...config, optimizer: { kind: optimizer.kind, ...defined(options) } },
    create(variables) {
      const inner = optimizer.create(variables)
      const moves = movesOf(inner.apply)
      const { slots = {}, replay, end, ...own } = wrap(inner, moves?.move ?? moveOf(inner, variables), variables)
      const apply: OptimizerState['apply'] = (gradients, step) => own.move(gradients, step)
      return {
        slots: { ...inner.slots, ...slots },
        rate: inner.rate,
        memory: inner.memory,
        afterEpoch: inner.afterEpoch?.bind(inner),
        apply: moves ? withMoves(apply, { ...moves, ...replay?.(moves), move: own.move }) : apply,
        dispose() {
          end?.()
          inner.dispose()
          for (const slot of Object.values(slots)) slot.dispose()
        },
      }
    },
  }
}

/** How an optimiser from elsewhere moves, with what a pass adds from core ops. */
function moveOf(inner: OptimizerState, variables: Readonly<Record<string, tf.Variable>>): Move {
  return (gradients, step, pass = {}) =>
    tf.tidy(() => {
      inner.apply(allClipped(gradients, pass), step)
      const { slots = {}, weight = 0 } = pass.averages ?? {}
      for (const [name, average] of Object.entries(slots)) {
        if (gradients[name]) average.assign(averaged(average, variables[name] as tf.Variable, weight))
      }
    })
}

/** Gradients as a pass has them. */
export function allClipped(
  gradients: Parameters<Move>[0],
  pass: NonNullable<Parameters<Move>[2]>,
): Parameters<Move>[0] {
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, clipped(gradient, pass)]))
}

function defined(options: Optimizer['config']): Record<string, Json> {
  return JSON.parse(JSON.stringify(options))
}
