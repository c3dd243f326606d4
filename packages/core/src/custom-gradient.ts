// An op with a gradient of its own, recorded on the tape of tfjs.
import {
  dispose,
  engine,
  fill,
  type Rank,
  type ShapeMap,
  type Tensor,
  reshape as tfReshape,
  tidy,
} from '@tensorflow/tfjs-core'

/** What the forward pass of {@link withGradient} gives. */
export interface ForwardPass<result extends Tensor | Tensor[]> {
  /** The op's value, or its values. */
  readonly value: result
  /** The tensors that the gradient needs; kept until it has run. */
  readonly saved: readonly Tensor[]
  /**
   * The gradient of each input, in their order: tensors of its own, or `dy`.
   *
   * @param dy the gradient of `value`, of its shape; zero for one of several values that the loss does not depend on
   * @param saved the tensors of `saved`, in their order
   */
  readonly gradient: (dy: result, saved: Tensor[]) => Tensor[]
}

/**
 * Runs an op whose gradient is given rather than derived.
 *
 * It does what `tf.customGrad` does, also for ops of several values, with a third of the nodes on the tape and without
 * its litter: V8 of Node 20 and 22 makes a function that is assigned to a property where it is written in the old generation
 * (findings/v8-functions-on-properties.sh), tfjs assigns one for each op and each gradient so, and what those remember of a
 * step outlives it until the next full collection.
 *
 * @param inputs the tensors that have a gradient, borrowed; others belong into the closure and into `saved`
 * @param forward computes the value; its intermediates are tidied
 * @returns the value or values, owned by the caller
 */
export function withGradient<result extends Tensor | Tensor[]>(
  inputs: readonly Tensor[],
  forward: () => ForwardPass<result>,
): result {
  const { state } = engine()
  const isRecorded = engine().isTapeOn()
  state.kernelDepth++ // what happens inside is not recorded
  try {
    return tidy(() => {
      const { value, saved, gradient } = forward()
      if (isRecorded) record(inputs, value, saved.map(reference), gradient)
      return value
    })
  } finally {
    state.kernelDepth--
  }
}

/**
 * `tf.reshape` as an op {@link withGradient}.
 *
 * @param x borrowed
 * @param shape of the same size; one length may be -1, which the others leave
 * @returns the same values, owned by the caller
 */
export function reshape<rank extends Rank>(x: Tensor, shape: ShapeMap[rank]): Tensor<rank> {
  return withGradient([x], () => ({
    value: tfReshape<rank>(x, shape),
    saved: [],
    gradient: (dy) => [tfReshape(dy, x.shape)],
  }))
}

/** What the backward pass reads: the caller may dispose the tensor itself before it. */
function reference(tensor: Tensor): Tensor {
  const other = identity(tensor)
  // The gradient of a gradient goes through what this op has saved.
  if (engine().state.gradientDepth > 1) record([tensor], other, [], (dy) => [dy])
  return other
}

/**
 * Another tensor of the same data, which is not copied: what tfjs's `Identity` does, without a call of a kernel, of which
 * a step would have twenty.
 */
function identity({ dataId, shape, dtype }: Tensor): Tensor {
  engine().backend.incRef(dataId)
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype })
}

function record<result extends Tensor | Tensor[]>(
  inputs: readonly Tensor[],
  value: result,
  saved: Tensor[],
  gradient: ForwardPass<result>['gradient'],
): void {
  const { state } = engine()
  const outputs = [value].flat() as Tensor[]
  // A name of its own, then one literal: neither function is assigned to a property where it is written.
  const backward = (dys: Tensor[]) => {
    const gradients = tidy(() => {
      const all = dys.map((dy, index) => dy ?? fill((outputs[index] as Tensor).shape, 0))
      return gradient((Array.isArray(value) ? all : all[0]) as result, saved)
    })
    // tfjs lets go of what was saved, and of every gradient, when all are there; without an outer gradient, nobody reads
    // either again.
    if (state.gradientDepth === 0) {
      dispose(saved)
      release(dys, outputs, gradients)
      for (const [index, made] of gradients.entries()) {
        if (isMade(made, dys) && isOnce(made, gradients)) madeFor.set(made, inputs[index] as Tensor)
      }
    }
    return named(gradients.map((of) => () => of))
  }
  state.activeTape.push({
    id: state.nextTapeNodeId++,
    kernelName: 'withGradient',
    inputs: named([...inputs]),
    outputs,
    saved: saved.map((tensor) => engine().keep(tensor)), // until the tape is done with
    gradient: backward,
  })
}

/** Gradients that an op here has made, each for one input of its own: for which. */
const madeFor = new WeakMap<Tensor, Tensor>()

/** Disposes those of `dys`, the gradients of `outputs`, that nobody else has; `gradients` is what was made of them. */
function release(dys: readonly Tensor[], outputs: readonly Tensor[], gradients: readonly Tensor[]): void {
  for (const [index, dy] of dys.entries()) {
    // Another op may have handed on to several inputs what it was given: those are not the ones that it was made for.
    if (dy && madeFor.get(dy) === outputs[index] && !gradients.includes(dy)) dy.dispose()
  }
}

/** Whether a gradient is neither what came in nor a tensor from outside the backward pass, nor one that is kept. */
function isMade(gradient: Tensor, dys: readonly Tensor[]): boolean {
  return gradient.scopeId === engine().state.activeScope.id && !dys.includes(gradient)
}

function isOnce(gradient: Tensor, gradients: readonly Tensor[]): boolean {
  return gradients.indexOf(gradient) === gradients.lastIndexOf(gradient)
}

/** tfjs wants values by name, and reads nothing but their keys: an array has them. */
function named<value>(values: value[]): Record<string, value> {
  return values as unknown as Record<string, value>
}
