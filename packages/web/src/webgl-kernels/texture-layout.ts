// Where tfjs keeps the numbers of a tensor in a packed texture. A texel holds 2 x 2 numbers of the matrix of the last two
// axes: (row, column), (row, column + 1), (row + 1, column), (row + 1, column + 1). A vector is a matrix of one row.
import { type MathBackendWebGL, webgl_util } from '@tensorflow/tfjs-backend-webgl'
import type { TensorInfo } from '@tensorflow/tfjs-core'

/** The packed texture of a shape. */
export interface TextureLayout {
  /** Texels a row of the texture. */
  readonly width: number
  /** Rows of the texture. */
  readonly height: number
  /** Rows of each matrix. */
  readonly rows: number
  /** Columns of each matrix. */
  readonly columns: number
  /** Texels a row of a matrix. */
  readonly texelsInRow: number
  /** Whether the tensor is one matrix whose texels lie in the texture as they do in the matrix. */
  readonly isPlain: boolean
}

/** The layout that tfjs gives a packed tensor of this shape. */
export function layoutOf(shape: readonly number[]): TextureLayout {
  const [height, width] = webgl_util.getTextureShapeFromLogicalShape([...shape], true).map(halved) as [number, number]
  const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1]
  const texelsInRow = halved(columns)
  return { width, height, rows, columns, texelsInRow, isPlain: shape.length <= 2 && width === texelsInRow }
}

/**
 * The tensor in the packed texture of its shape: itself where it lies there, else a copy that the caller owns. One that
 * is still on the CPU is uploaded.
 */
export function packed(backend: MathBackendWebGL, tensor: TensorInfo): TensorInfo {
  const data = backend.texData.get(tensor.dataId)
  if (!data.texture) {
    Object.assign(data, { isPacked: true, shape: tensor.shape }) // as tfjs does before it uploads for a packed program
    backend.uploadToGPU(tensor.dataId)
  }
  const [height = 0, width = 0] = data.texShape?.map(halved) ?? []
  const layout = layoutOf(tensor.shape)
  const lies = data.isPacked && webgl_util.isReshapeFree(data.shape, tensor.shape)
  if (lies && width === layout.width && height === layout.height) return tensor
  const copy = {
    variableNames: ['x'],
    outputShape: tensor.shape,
    packedInputs: true,
    packedOutput: true,
    userCode: 'void main() { setOutput(getXAtOutCoords()); }',
  }
  return backend.compileAndRun(copy, [tensor], tensor.dtype)
}

/**
 * GLSL of where the texel that holds `row` and `column`, both even, is in the texture: a `vec2` from 0 to 1. Where WebGL is
 * drawn on the CPU, sampling there takes half the time of `texelFetch`.
 */
export function positionOf({ isPlain, texelsInRow, width, height }: TextureLayout): string {
  if (isPlain) return `(vec2(column, row) + 0.5) / vec2(${2 * width}, ${2 * height})`
  const index = `((row >> 1) * ${texelsInRow} + (column >> 1))`
  return `(vec2(${index} % ${width}, ${index} / ${width}) + 0.5) / vec2(${width}, ${height})`
}

/** GLSL of the row and column of the first number in the texel at `ivec2 place`. */
export function numbersAt({ isPlain, texelsInRow, width, rows }: TextureLayout): string {
  if (isPlain) return '2 * place.yx'
  const index = `(place.y * ${width} + place.x)`
  return `2 * ivec2(${index} / ${texelsInRow} % ${halved(rows)}, ${index} % ${texelsInRow})`
}

function halved(length: number): number {
  return Math.max(1, Math.ceil(length / 2))
}
