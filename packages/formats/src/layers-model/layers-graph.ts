// A layers model of TensorFlow.js under construction: layers as JSON in the form of Keras 2, and weights by `layer/variable`.
import type { Json, Shape } from '@ae/core'

/** Values by the name of their variable, e.g. `kernel`. */
type LayerWeights = Readonly<Record<string, { readonly shape: Shape; readonly data: Float32Array }>>

/** A model under construction. */
export interface LayersGraph {
  /** An input, `[batch, ...shape]`; returns its name. */
  input(name: string, shape: Shape): string
  /**
   * Appends a layer to others.
   *
   * @param name its name; numbered where one has it already
   * @param className its class in TensorFlow.js
   * @param config its options besides the name
   * @param inputs the names of those that it takes
   * @param weights its weights
   * @returns its name
   */
  add(
    name: string,
    className: string,
    config: Readonly<Record<string, Json>>,
    inputs: readonly string[],
    weights?: LayerWeights,
  ): string
  /** The model as JSON. */
  topology(name: string, outputs: readonly string[]): { readonly [name: string]: Json }
  /** Weights by their whole name. */
  readonly weights: ReadonlyMap<string, LayerWeights[string]>
}

/** An empty model. */
export function layersGraph(): LayersGraph {
  const layers: Json[] = []
  const inputs: string[] = []
  const names = new Map<string, number>()
  const weights = new Map<string, LayerWeights[string]>()
  const unique = (wanted: string) => {
    const name = wanted.replace(/\W/g, '_')
    const count = names.get(name) ?? 0
    names.set(name, count + 1)
    return count === 0 ? name : `${name}_${count}`
  }
  const put = (name: string, className: string, config: Readonly<Record<string, Json>>, from: readonly string[]) => {
    const inbound = from.length === 0 ? [] : [from.map((input) => [input, 0, 0, {}])]
    layers.push({ class_name: className, name, config: { name, ...config }, inbound_nodes: inbound })
    return name
  }
  return {
    weights,
    input(wanted, shape) {
      const name = unique(wanted)
      inputs.push(name)
      return put(name, 'InputLayer', { batch_input_shape: [null, ...shape], dtype: 'float32', sparse: false }, [])
    },
    add(wanted, className, config, from, own = {}) {
      const name = unique(wanted)
      for (const [variable, values] of Object.entries(own)) weights.set(`${name}/${variable}`, values)
      return put(name, className, { trainable: true, ...config }, from)
    },
    topology(name, outputs) {
      const places = (list: readonly string[]) => list.map((layer) => [layer, 0, 0])
      return {
        class_name: 'Functional',
        config: { name, layers, input_layers: places(inputs), output_layers: places(outputs) },
        keras_version: 'tfjs-layers 4.22.0',
        backend: 'tensor_flow.js',
      }
    },
  }
}
