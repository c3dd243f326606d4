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
  /** The tensors that the gradient needs: inputs, or anything the forward pass computed. Kept until the gradient has run. */
  readonly saved: readonly Tensor[]
  /**
   * The gradient of each input, in their order: new tensors, or `dy`. It may be differentiated in turn, so it must read
   * what depends on the inputs from `saved`, not from the closure.
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
 * its garbage: V8 of Node 20 and 22 allocates a closure that is assigned directly to a property in the old generation
 * (findings/v8-functions-on-properties.sh). tfjs does that for each op and each gradient, so what those closures hold of a
 * step survives it until the next full collection.
 *
 * Higher derivatives are right too, provided that `forward` and `gradient` are made of ops that have gradients. Fused kernels
 * have none: call them through `runFused`, which composes the op from others when it is recorded. Everything but `inputs` counts
 * as a constant in higher derivatives as well.
 *
 * @param inputs the tensors that have a gradient, borrowed; others belong in the closure and in `saved`
 * @param forward computes the value; its intermediates are tidied
 * @returns the value or values, owned by the caller
 */
export function withGradient<result extends Tensor | Tensor[]>(
  inputs: readonly Tensor[],
  forward: () => ForwardPass<result>,
): result {
  const { state } = engine()
  const isRecorded = engine().isTapeOn()
  if (isRecorded && state.gradientDepth > 1) return tidy(() => recordedThroughout(inputs, forward))
  state.kernelDepth++ // what happens inside is not recorded
  try {
    return tidy(() => {
      const { value, saved, gradient } = forward()
      if (isRecorded) record(inputs, value, saved.map(identity), gradient)
      return value
    })
  } finally {
    state.kernelDepth--
  }
}

/**
 * `tf.reshape`, recorded by {@link withGradient}.
 *
 * @param x borrowed
 * @param shape of the same size; one length may be -1: what the others leave
 * @returns the same values, owned by the caller
 */
export function reshape<rank extends Rank>(x: Tensor, shape: ShapeMap[rank]): Tensor<rank> {
  return withGradient([x], () => ({
    value: tfReshape<rank>(x, shape),
    saved: [],
    gradient: (dy) => [tfReshape(dy, x.shape)],
  }))
}

/**
 * Runs the op inside a gradient of a gradient. Its forward pass is recorded as well, so that the tape leads from the saved
 * tensors, which the gradient reads, back to the inputs.
 */
function recordedThroughout<result extends Tensor | Tensor[]>(
  inputs: readonly Tensor[],
  forward: () => ForwardPass<result>,
): result {
  const { activeTape } = engine().state
  const start = activeTape.length
  try {
    const { value, saved, gradient } = forward()
    const kept = saved.map((tensor) => {
      const other = identity(tensor)
      record([tensor], other, [], (dy) => [dy])
      return other
    })
    keepInputs(activeTape.slice(start), inputs)
    // New tensors: the forward pass's own lead back to the inputs without going through the given gradient.
    const result = (Array.isArray(value) ? value.map(identity) : identity(value)) as result
    record(inputs, result, kept, gradient)
    return result
  } catch (error) {
    for (const { saved } of activeTape.splice(start)) dispose(saved ?? [])
    throw error
  }
}

/** Makes everything that does not depend on `inputs` a constant for these nodes of a tape. */
function keepInputs(nodes: readonly TapeNode[], inputs: readonly Tensor[]): void {
  const computed = new Set(inputs.map(({ id }) => id))
  for (const node of nodes) {
    const own = Object.entries(node.inputs).filter(([, input]) => computed.has(input.id))
    node.inputs = Object.fromEntries(own)
    if (own.length > 0) for (const { id } of node.outputs) computed.add(id)
  }
}

type TapeNode = ReturnType<typeof engine>['state']['activeTape'][number]

/**
 * A new tensor of the same data, without a copy: what tfjs's `Identity` does, but without calling a kernel, which a step
 * would do twenty times.
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
  // A variable, then one literal: neither function is assigned directly to a property.
  const backward = (dys: Tensor[]) => {
    const gradients = tidy(() => {
      const all = dys.map((dy, index) => dy ?? fill((outputs[index] as Tensor).shape, 0))
      return gradient((Array.isArray(value) ? all : all[0]) as result, saved)
    })
    // tfjs keeps what was saved, and every gradient, until all gradients are there; without an outer gradient, neither is
    // read again.
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

/** The gradients that ops of this file made, each with the input that it belongs to, if that is only one. */
const madeFor = new WeakMap<Tensor, Tensor>()

/** Disposes those of `dys`, the gradients of `outputs`, that nothing else uses; `gradients` were computed from them. */
function release(dys: readonly Tensor[], outputs: readonly Tensor[], gradients: readonly Tensor[]): void {
  for (const [index, dy] of dys.entries()) {
    // Another op may have passed the gradient it received on to several inputs: none of them is the one that it was made for.
    if (dy && madeFor.get(dy) === outputs[index] && !gradients.includes(dy)) dy.dispose()
  }
}

/** Whether a gradient is new: not one of `dys`, not a tensor from outside the backward pass, and not a kept one. */
function isMade(gradient: Tensor, dys: readonly Tensor[]): boolean {
  return gradient.scopeId === engine().state.activeScope.id && !dys.includes(gradient)
}

function isOnce(gradient: Tensor, gradients: readonly Tensor[]): boolean {
  return gradients.indexOf(gradient) === gradients.lastIndexOf(gradient)
}

/** tfjs expects values by name, and reads only their keys, which an array has too. */
function named<value>(values: value[]): Record<string, value> {
  return values as unknown as Record<string, value>
}
