// The GLSL of a draw call: uniforms, what reads the inputs, and what writes the outputs.
import { layoutOf, numbersAt, positionOf } from './texture-layout.ts'

/** What a shader computes from what. */
export interface Shader {
  /** The inputs in order: `x` becomes the sampler `xTexture` and the functions `getX`. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[]
  /** The names of the uniforms of type `float`. */
  readonly numbers: readonly string[]
  /** GLSL functions; for `exp` they take `exponential`, which keeps NaN. */
  readonly functions: string
  /** The shape of all outputs. */
  readonly shape: readonly number[]
  /** GLSL of the texel of each output. */
  readonly texels: readonly string[]
}

/** The source of a fragment shader; equal ones are the same program. */
export function shaderSource({ inputs, numbers, functions, shape, texels }: Shader): string {
  const layout = layoutOf(shape)
  const beyond = beyondEdges(layout.rows, layout.columns)
  const code = [functions, ...texels].join(' ')
  const needsPlace = beyond !== undefined || /\bat\b/.test(code)
  return `#version 300 es
    precision highp float;
    precision highp int;
    precision highp sampler2D;
    ${exponential}
    ${numbers.map((name) => `uniform float ${name};`).join('\n')}
    ${inputs.map(({ name, shape }) => reader(name, shape, code)).join('\n')}
    ${texels.map((_, i) => `layout(location = ${i}) out vec4 output${i};`).join('\n')}
    ${functions}
    void main() {
      ${needsPlace ? `ivec2 place = ivec2(gl_FragCoord.xy); ivec2 at = ${numbersAt(layout)};` : ''}
      ${texels.map((texel, i) => `output${i} = ${beyond ? `mix(${texel}, vec4(0), ${beyond})` : texel};`).join('\n')}
    }`
}

// Some drivers make a number of exp(NaN), and training looks for what is not one.
const exponential = 'vec4 exponential(vec4 x) { return mix(exp(x), x, isnan(x)); }'

/** The name of the function that reads an input: of `x` it is `getX`. */
export function getter(name: string): string {
  return `get${name.charAt(0).toUpperCase()}${name.slice(1)}`
}

/** GLSL that reads an input; what the code does not use is left out, so that shapes differ only where they matter. */
function reader(name: string, shape: readonly number[], code: string): string {
  const get = getter(name)
  const isUsedAnywhere = code.replaceAll(`${get}()`, '').includes(`${get}(`)
  const position = positionOf(layoutOf(shape))
  return `
    uniform sampler2D ${name}Texture;
    vec4 ${get}() { return texelFetch(${name}Texture, ivec2(gl_FragCoord.xy), 0); }
    ${isUsedAnywhere ? `vec4 ${get}(int row, int column) { return textureLod(${name}Texture, ${position}, 0.0); }` : ''}`
}

/**
 * GLSL of which numbers of a texel lie beyond an odd edge. They become zeros, since tfjs's own matrix products sum over
 * them. Undefined where there are none.
 */
function beyondEdges(rows: number, columns: number): string | undefined {
  if (rows % 2 === 0 && columns % 2 === 0) return undefined
  const below = rows % 2 === 0 ? 'false' : `at.x == ${rows - 1}`
  const right = columns % 2 === 0 ? 'false' : `at.y == ${columns - 1}`
  return `bvec4(false, ${right}, ${below}, ${right} || ${below})`
}
