// Computing tensors by draw calls of WebGL 2. Outputs of one shape are drawn at once, into several textures, which tfjs's
// own programs do not do; and the numbers that change from step to step are uniforms, so that nothing is compiled twice.
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl'
import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { outputsAtOnce, runProgram } from './programs.ts'
import { shaderSource } from './shader-source.ts'
import { packed } from './texture-layout.ts'

/** Tensors to compute. */
export interface Drawing {
  /**
   * What they are computed from. In GLSL an input `x` is `vec4 getX(int row, int column)`, its texel with that row and
   * column, both even, and `vec4 getX()`, its texel at the place that is drawn.
   */
  readonly inputs: Readonly<Record<string, TensorInfo>>
  /** Uniforms: `float`s by name. */
  readonly numbers?: Readonly<Record<string, number>>
  /** GLSL functions that the outputs use; for `exp` they take `exponential`, which keeps NaN. */
  readonly functions?: string
  /** The outputs. */
  readonly outputs: readonly Output[]
}

/** A tensor to compute. */
export interface Output {
  /** Its shape. */
  readonly shape: readonly number[]
  /** GLSL of its texel at `ivec2 at`, the row and column of the texel's first number: a `vec4`. */
  readonly texel: string
}

/**
 * Computes tensors, in as few draw calls as they have different shapes.
 *
 * @returns float32, one for each output; owned by the caller
 */
export function draw(
  backend: MathBackendWebGL,
  { inputs, numbers = {}, functions = '', outputs }: Drawing,
): TensorInfo[] {
  const drawn = outputs.map(({ shape }) => makeTexture(backend, shape))
  const laidOut = Object.fromEntries(Object.entries(inputs).map(([name, tensor]) => [name, packed(backend, tensor)]))
  for (const group of groupByShape(outputs, outputsAtOnce(backend))) {
    const source = shaderSource({
      inputs: Object.entries(laidOut).map(([name, { shape }]) => ({ name, shape })),
      numbers: Object.keys(numbers),
      functions,
      shape: group.shape,
      texels: group.members.map((member) => outputs[member]?.texel ?? ''),
    })
    const targets = group.members.map((member) => drawn[member] as TensorInfo)
    runProgram(backend, source, laidOut, numbers, targets)
  }
  for (const [name, copy] of Object.entries(laidOut)) {
    if (copy !== inputs[name]) backend.disposeIntermediateTensorInfo(copy)
  }
  return drawn
}

/**
 * Computes one tensor in one draw call.
 *
 * @returns float32, owned by the caller
 */
export function drawOne(backend: MathBackendWebGL, drawing: Omit<Drawing, 'outputs'> & Output): TensorInfo {
  const { shape, texel, ...from } = drawing
  return draw(backend, { ...from, outputs: [{ shape, texel }] })[0] as TensorInfo
}

function makeTexture(backend: MathBackendWebGL, shape: readonly number[]): TensorInfo {
  if (util.sizeFromShape([...shape]) === 0) return backend.makeTensorInfo([...shape], 'float32', new Float32Array(0))
  const output = backend.makeTensorInfo([...shape], 'float32')
  backend.texData.get(output.dataId).isPacked = true
  backend.uploadToGPU(output.dataId) // without values to upload it makes the texture
  return output
}

/** Outputs that are drawn together. */
interface Group {
  readonly shape: readonly number[]
  /** Their places among all outputs. */
  readonly members: number[]
}

/** Outputs without numbers are in no group. */
function groupByShape(outputs: readonly Output[], atOnce: number): Group[] {
  const groups: Group[] = []
  for (const [place, { shape }] of outputs.entries()) {
    if (util.sizeFromShape([...shape]) === 0) continue
    const group = groups.find(
      ({ shape: of, members }) => members.length < atOnce && util.arraysEqual([...of], [...shape]),
    )
    if (group === undefined) groups.push({ shape, members: [place] })
    else group.members.push(place)
  }
  return groups
}
