// Layers of ours as modules of PyTorch: the Python that makes them, and where their weights are.
import { type Shape, sizeOfShape } from '@ae/core'
import type { Activation, Normalization } from '@ae/models'
import { slopeOf } from '@ae/models/internal'
import { type Place, plain } from './layout.ts'

/** Which weights a layer has. */
export interface PlannedLayer {
  /** The prefix of its variables' names, e.g. `encoder.0`. */
  readonly name: string
  /** What it is. */
  readonly kind: 'dense' | 'convolution' | 'transposed'
  readonly weight: Place
  /** Absent before batch normalisation, which would take it away. */
  readonly bias: Place | undefined
  /** `weight` and `bias`; of `batch` also `mean` and `variance`. */
  readonly normalization: Readonly<Record<string, Place>>
}

/** What a layer is made of. */
export interface LayerPlan {
  /** The prefix of its variables' names. */
  readonly name: string
  readonly kind: 'dense' | 'convolution' | 'transposed' | 'resized'
  /** One input, in our order of axes. */
  readonly from: Shape
  /** One output; the last layer's may have an axis more, of parameters. */
  readonly to: Shape
  readonly activation: Activation
  readonly normalization: Normalization
  readonly kernelSize?: number | undefined
  readonly stride?: number | undefined
}

/** Modules one after the other: `nn.Sequential`. */
export class ModuleList {
  /** The Python of each. */
  readonly modules: string[] = []
  /** The attribute of the module that has them; the prefix of the names of their weights. */
  readonly name: string
  /** The shape of what goes in, in our order of axes. */
  readonly from: Shape
  private shape: Shape
  private readonly orderOf: (shape: Shape) => readonly number[]

  /**
   * @param name see `name`
   * @param shape of what goes in, in our order of axes
   * @param orderOf gives the axes of an example in PyTorch's order
   */
  constructor(name: string, shape: Shape, orderOf: (shape: Shape) => readonly number[]) {
    this.name = name
    this.from = shape
    this.shape = shape
    this.orderOf = orderOf
  }

  /** Appends a module, and tells where the next one stands. */
  add(python: string): number {
    this.modules.push(python)
    return this.modules.length - 1
  }

  /** Makes a vector of what comes out, unless it is one. */
  flatten(): void {
    if (this.shape.length > 1) this.add('nn.Flatten()')
    this.shape = [sizeOfShape(this.shape)]
  }

  /** Appends a layer with its normalisation and its activation. */
  addLayer(plan: LayerPlan): PlannedLayer {
    const { name, kind, from, to, activation, normalization } = plan
    const hasBias = normalization !== 'batch'
    const isDense = kind === 'dense'
    if (isDense) this.flatten()
    const at = isDense
      ? this.add(`nn.Linear(${sizeOfShape(from)}, ${sizeOfShape(to)}${hasBias ? '' : ', bias=False'})`)
      : this.addConvolution(plan, hasBias)
    if (isDense && to.length > 1) this.add(`nn.Unflatten(1, (${this.torchShape(to).join(', ')}))`)
    const prefix = `${this.name}.${at}`
    const normal = this.addNormalization(plan)
    const slope = slopeOf(activation)
    const python = slope === undefined ? activationModules[activation] : `nn.LeakyReLU(${slope})`
    if (python !== undefined) this.add(python)
    this.shape = to
    return { ...weightsOf(plan, prefix, this.orderOf, hasBias), name, normalization: normal }
  }

  private torchShape(shape: Shape): Shape {
    return this.orderOf(shape).map((axis) => shape[axis] ?? 1)
  }

  private addNormalization({ name, to, normalization }: LayerPlan): Readonly<Record<string, Place>> {
    if (normalization === 'none') return {}
    const channels = to.at(-1) ?? 1
    const layer = to.length === 1 ? `nn.LayerNorm(${channels})` : `nn.GroupNorm(1, ${channels})`
    const at = this.add(normalization === 'batch' ? `nn.BatchNorm${Math.max(1, to.length - 1)}d(${channels})` : layer)
    const part = (theirs: string, ours: string) => {
      return [ours, plain(`${this.name}.${at}.${theirs}`, `${name}.normalization.${ours}`, [channels])] as const
    }
    const statistics = normalization === 'batch' ? [part('running_mean', 'mean'), part('running_var', 'variance')] : []
    return Object.fromEntries([part('weight', 'weight'), part('bias', 'bias'), ...statistics])
  }

  /** A convolution with the padding that TensorFlow calls `same`. */
  private addConvolution({ kind, from, to, kernelSize = 3, stride = 2 }: LayerPlan, hasBias: boolean): number {
    const axes = from.length - 1
    const d = `${axes}d`
    const [before, after] = [from.slice(0, axes), to.slice(0, axes)]
    const channels = `${from[axes]}, ${sizeOfShape(to.slice(axes))}, ${kernelSize}`
    const bias = hasBias ? '' : ', bias=False'
    if (kind === 'transposed') {
      // The transpose of the convolution from `after` to `before`: as far as that one pads, this one cuts.
      const all = before.map((length, i) => (length - 1) * stride + kernelSize - (after[i] ?? 1))
      const even = all.every((total) => total <= 0) || all.every((total) => total >= 0 && total % 2 === 0)
      const padding = even ? all.map((total) => Math.max(0, total / 2)) : all.map(() => 0)
      const extra = all.map((total) => Math.max(0, -total))
      const options = `${option('stride', [stride], 1)}${option('padding', padding, 0)}${option('output_padding', extra, 0)}`
      const at = this.add(`nn.ConvTranspose${d}(${channels}${options}${bias})`)
      const cut = all.map((total) => Math.max(0, total))
      if (!even) this.addPadding(cut.map((total) => [-Math.floor(total / 2), -Math.ceil(total / 2)]))
      return at
    }
    let [lengths, step] = [before, stride]
    if (kind === 'resized') {
      if (stride > 1) this.add(`nn.Upsample(scale_factor=${stride}, mode='nearest')`)
      const cut = before.map((length, i) => (after[i] ?? 1) - length * stride)
      if (cut.some((total) => total < 0)) this.addPadding(cut.map((total) => [0, total]))
      ;[lengths, step] = [after, 1]
    }
    const all = lengths.map((length) => Math.max(0, (Math.ceil(length / step) - 1) * step + kernelSize - length))
    const even = all.every((total) => total % 2 === 0)
    if (!even) this.addPadding(all.map((total) => [Math.floor(total / 2), Math.ceil(total / 2)]))
    const padding = even
      ? option(
          'padding',
          all.map((total) => total / 2),
          0,
        )
      : ''
    return this.add(`nn.Conv${d}(${channels}${option('stride', [step], 1)}${padding}${bias})`)
  }

  /** PyTorch names the last axis first. */
  private addPadding(amounts: readonly (readonly [number, number])[]): void {
    this.add(`nn.ZeroPad${amounts.length}d((${[...amounts].reverse().flat().join(', ')}))`)
  }
}

/** An option of a module, left out where it is the default. */
function option(name: string, values: readonly number[], byDefault: number): string {
  const [first] = values
  if (values.every((value) => value === byDefault)) return ''
  return `, ${name}=${values.every((value) => value === first) ? first : `(${values.join(', ')})`}`
}

/** Where the weight and the bias of a layer are. */
export function weightsOf(
  { name, kind, from, to, kernelSize = 3 }: LayerPlan,
  prefix: string,
  orderOf: (shape: Shape) => readonly number[],
  hasBias: boolean,
): Pick<PlannedLayer, 'kind' | 'weight' | 'bias'> {
  const [weight, bias] = [`${prefix}.weight`, `${prefix}.bias`]
  if (kind === 'dense') {
    const shift = from.length
    const outputs = orderOf(to).map((axis) => axis + shift)
    return {
      kind,
      weight: {
        key: weight,
        variable: `${name}.weight`,
        shape: [sizeOfShape(to), sizeOfShape(from)],
        view: [...from, ...to],
        order: [...outputs, ...orderOf(from)],
      },
      bias: hasBias
        ? { key: bias, variable: `${name}.bias`, shape: [sizeOfShape(to)], view: to, order: orderOf(to) }
        : undefined,
    }
  }
  const axes = from.length - 1
  const [inputs, outputs] = [from[axes] ?? 1, sizeOfShape(to.slice(axes))]
  const window = Array.from({ length: axes }, () => kernelSize)
  const isTransposed = kind === 'transposed'
  // Ours: [...window, in, out], or of a transposed convolution [...window, out, in]; PyTorch's have the last axis first.
  const last = isTransposed ? [outputs, inputs] : [inputs, outputs]
  const view = [...window, ...last]
  return {
    kind: isTransposed ? kind : 'convolution',
    weight: {
      key: weight,
      variable: `${name}.weight`,
      shape: [...[...last].reverse(), ...window],
      view,
      order: [axes + 1, axes, ...window.map((_, axis) => axis)],
    },
    bias: hasBias ? plain(bias, `${name}.bias`, [outputs]) : undefined,
  }
}

const activationModules: Readonly<Record<string, string | undefined>> = {
  linear: undefined,
  relu: 'nn.ReLU()',
  sigmoid: 'nn.Sigmoid()',
  tanh: 'nn.Tanh()',
  elu: 'nn.ELU()',
  selu: 'nn.SELU()',
  softplus: 'nn.Softplus()',
  swish: 'nn.SiLU()',
}
