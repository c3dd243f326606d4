// What training minimises: named terms of a forward pass, each with its weight.
import type { Tensor } from '@tensorflow/tfjs-core'
import type { Trace } from './trace.ts'

/** A term that counts `weight` times in the total; reports show `value` unweighted. */
export interface WeightedTerm {
  /** `[batch]` or `[]`. */
  readonly value: Tensor
  /** Its coefficient at this step. */
  readonly weight: number
}

/** Named loss terms. Training minimises the sum of their batch means, each times its weight. */
export type Terms<name extends string = string> = Readonly<Record<name, Tensor | WeightedTerm>>

/** A coefficient: a number, or a function of the optimiser steps made so far. */
export type Schedule = number | ((step: number) => number)

/** What the value of a term is computed from, besides the forward pass. */
export interface TermContext<trace extends Trace> {
  /** The term's settings at this step. */
  readonly settings: Readonly<Record<string, number>>
  /** Calls `compute` on the pass, once for all terms that give the same function: for work that several terms share. */
  once<result>(compute: (trace: trace) => result): result
}

/**
 * One term of an objective. Its value must depend only on the pass and on its settings, so that a backend may record it and
 * replay it in later steps: it draws no random numbers and keeps no state.
 */
export interface Term<trace extends Trace, value = TermValue<trace>> {
  /** Computes the value, `[batch]` or `[]`; its arguments are borrowed. */
  readonly value: value
  /** Its coefficient in the total; reports show the value unweighted. Defaults to 1. */
  readonly weight?: Schedule | undefined
  /**
   * The numbers besides the weight that the value depends on, by name, e.g. the rate of `klSparsity`: a run resumes only if
   * they equal those of its checkpoint. Defaults to none.
   */
  readonly settings?: Readonly<Record<string, Schedule>> | undefined
}

/** The value of a term; see {@link Term}. */
export type TermValue<trace extends Trace> = (trace: trace, context: TermContext<trace>) => Tensor

/** An objective as data: its terms by name. */
export interface ObjectiveData<trace extends Trace, name extends string, value = TermValue<trace>> {
  /** At least one. */
  readonly terms: Readonly<Record<name, Term<trace, value>>>
}

/**
 * An objective as a function. Nothing is known about it before it is called, so its steps are not replayed, and a run that
 * resumes compares only the weights that it gave last. The trace is borrowed; `step` counts the optimiser steps made.
 */
export type ObjectiveFunction<trace extends Trace, name extends string> = (trace: trace, step: number) => Terms<name>

/** What training minimises, from a forward pass: terms as data, or a function that computes them. */
export type Objective<trace extends Trace, name extends string> =
  | ObjectiveData<trace, name>
  | ObjectiveFunction<trace, name>

/** An {@link Objective} as a model has it: with methods, so that every model is also a `Trainable` without type arguments. */
export type ModelObjective<trace extends Trace, name extends string> =
  | ObjectiveData<trace, name, ObjectiveMethods<trace, name>['value']>
  | ObjectiveMethods<trace, name>['terms']

/** The functions of a {@link ModelObjective}. */
export interface ObjectiveMethods<trace extends Trace, name extends string> {
  /** The value of a term. */
  value(trace: trace, context: TermContext<trace>): Tensor
  /** An objective that is a function. */
  terms(trace: trace, step: number): Terms<name>
  /** An objective that is a function and gives some of the terms. */
  some(trace: trace, step: number): { readonly [term in name]?: Tensor | WeightedTerm | undefined }
}
