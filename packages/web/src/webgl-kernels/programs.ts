// Programs of WebGL 2 with one or several outputs: compiled once, run on tfjs's textures.
import { type MathBackendWebGL, webgl_util } from '@tensorflow/tfjs-backend-webgl'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import { layoutOf } from './texture-layout.ts'

/**
 * How many outputs a draw call can have. WebGL 2 promises four, but four of four floats each are more memory a pixel than
 * some mobile GPUs have.
 */
export function outputsAtOnce(backend: MathBackendWebGL): number {
  return contextOf(backend).framebuffers.length
}

/** How many programs have been compiled: as many as there are sources, however often they run. */
export function compiledPrograms(backend: MathBackendWebGL): number {
  return contextOf(backend).programs.size
}

/**
 * Runs a program, which is compiled when its source is new.
 *
 * @param source of the fragment shader
 * @param inputs by the name of their sampler without `Texture`; each in the packed texture of its shape
 * @param numbers its other uniforms
 * @param outputs of one shape, with their packed textures, in the order of the shader's outputs
 */
export function runProgram(
  backend: MathBackendWebGL,
  source: string,
  inputs: Readonly<Record<string, TensorInfo>>,
  numbers: Readonly<Record<string, number>>,
  outputs: readonly TensorInfo[],
): void {
  const { gl, framebuffers } = contextOf(backend)
  const { gpgpu } = backend
  const { program, locations } = compile(backend, source)
  const textures = outputs.map(({ dataId }) => backend.getTexture(dataId))
  const { width, height } = layoutOf(outputs[0]?.shape ?? [])
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffers[outputs.length - 1] ?? null) // tfjs binds its own before it draws
  attach(gl, textures)
  gl.viewport(0, 0, width, height)
  gl.scissor(0, 0, width, height)
  gpgpu.setProgram(program)
  gpgpu.bindVertexArray(program.vao)
  for (const [unit, [name, { dataId }]] of Object.entries(inputs).entries()) {
    const location = locations.get(`${name}Texture`)
    if (location) gpgpu.setInputMatrixTexture(backend.getTexture(dataId), location, unit)
  }
  for (const [name, value] of Object.entries(numbers)) gl.uniform1f(locations.get(name) ?? null, value)
  gpgpu.executeProgram()
  attach(gl, Array(textures.length).fill(null)) // lets go of textures that tfjs may delete
}

interface Compiled {
  readonly program: ReturnType<MathBackendWebGL['gpgpu']['createProgram']>
  /** By name, of the uniforms that the compiler has found in use. */
  readonly locations: ReadonlyMap<string, WebGLUniformLocation>
}

interface Context {
  readonly gl: WebGL2RenderingContext
  /** One for each number of outputs, from 1. */
  readonly framebuffers: readonly WebGLFramebuffer[]
  /** By their source. */
  readonly programs: Map<string, Compiled>
}

// By backend: one that was made again, as after a lost context, has programs of its own.
const contexts = new WeakMap<MathBackendWebGL, Context>()

function contextOf(backend: MathBackendWebGL): Context {
  const before = contexts.get(backend)
  if (before !== undefined) return before
  const gl = backend.gpgpu.gl as WebGL2RenderingContext // the backend is refused without WebGL 2
  const atOnce = [4, 3, 2].find((outputs) => canDraw(gl, outputs)) ?? 1
  const framebuffers = Array.from({ length: atOnce }, (_, i) => createFramebuffer(gl, i + 1))
  const context: Context = { gl, framebuffers, programs: new Map() }
  contexts.set(backend, context)
  return context
}

function canDraw(gl: WebGL2RenderingContext, outputs: number): boolean {
  const textures = Array.from({ length: outputs }, () => {
    const texture = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, texture)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, 1, 1)
    return texture
  })
  const framebuffer = createFramebuffer(gl, outputs)
  attach(gl, textures)
  const complete = gl.checkFramebufferStatus(gl.FRAMEBUFFER) === gl.FRAMEBUFFER_COMPLETE
  gl.deleteFramebuffer(framebuffer)
  for (const texture of textures) gl.deleteTexture(texture)
  return complete
}

function createFramebuffer(gl: WebGL2RenderingContext, outputs: number): WebGLFramebuffer {
  const framebuffer = gl.createFramebuffer()
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer)
  gl.drawBuffers(Array.from({ length: outputs }, (_, i) => gl.COLOR_ATTACHMENT0 + i))
  return framebuffer
}

function attach(gl: WebGL2RenderingContext, textures: readonly (WebGLTexture | null)[]): void {
  for (const [i, texture] of textures.entries()) {
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, gl.TEXTURE_2D, texture, 0)
  }
}

function compile(backend: MathBackendWebGL, source: string): Compiled {
  const { gl, programs } = contextOf(backend)
  const before = programs.get(source)
  if (before !== undefined) return before
  const program = backend.gpgpu.createProgram(webgl_util.createFragmentShader(gl, source))
  backend.gpgpu.buildVao(program)
  const locations = new Map<string, WebGLUniformLocation>()
  for (let i = 0; i < gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS); i++) {
    const { name } = gl.getActiveUniform(program, i) as WebGLActiveInfo
    locations.set(name, gl.getUniformLocation(program, name) as WebGLUniformLocation)
  }
  const compiled = { program, locations }
  programs.set(source, compiled)
  return compiled
}
