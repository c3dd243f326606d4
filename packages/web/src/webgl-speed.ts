// Measures whether the renderer is a GPU: browsers that hide its name (WebKit always says "Apple GPU") also offer WebGL on the
// CPU.

/**
 * How many times as fast as a JavaScript loop a renderer must multiply matrices to count as a GPU: 8, or 2 for each core.
 * `wasm` is 34 times as fast on one thread, so whatever is refused would train more slowly than `wasm`, GPU or not. On two cores
 * of a server SwiftShader is about as fast as the loop, llvmpipe 2 to 3 times; both use all cores. All is measured on the same
 * machine: the small GPU of a small phone passes.
 */
const least = { inAll: 8, perCore: 2 }

/** The speed required in any case, in operations per millisecond: a loop that was interrupted seems slower than it is. */
const leastSpeed = 4e6

/** Shorter draws measure the clock rather than the GPU: some browsers round to a millisecond. In milliseconds. */
const longEnough = 5

/**
 * Whether `gl` multiplies matrices as fast as a GPU. Takes some tens of milliseconds; its resources are freed with the context.
 *
 * @param gl a context with `EXT_color_buffer_float`
 */
export function isAsFastAsGpu(gl: WebGL2RenderingContext): boolean {
  const draw = multiplier(gl)
  if (draw === undefined) return true // its speed is unknown
  const wayThereAndBack = Math.min(draw(1), draw(1), draw(1))
  const times = Math.max(least.inAll, least.perCore * navigator.hardwareConcurrency)
  const enough = Math.max(leastSpeed, times * speedOfJavaScript())
  // The way there and back counts as time of the renderer: on a busy machine it varies too much to be subtracted.
  const end = Math.max(longEnough, 4 * wayThereAndBack)
  for (let depth = 32; ; depth *= 4) {
    const time = Math.min(draw(depth), draw(depth))
    if ((16 * depth * size * size) / Math.max(time, longEnough) >= enough) return true
    if (time >= end) return false
  }
}

const size = 128

const vertexShader = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3. : -1., gl_VertexID == 2 ? 3. : -1., 0., 1.); }`

// As tfjs multiplies: four results per fragment, two texels per step.
const fragmentShader = `#version 300 es
precision highp float;
precision highp sampler2D;
uniform sampler2D matrix;
uniform int depth;
out vec4 sum;
void main() {
  ivec2 place = ivec2(gl_FragCoord.xy);
  sum = vec4(0.);
  for (int k = 0; k < depth; k++) {
    vec4 a = texelFetch(matrix, ivec2(k & ${size - 1}, place.y), 0);
    vec4 b = texelFetch(matrix, ivec2(place.x, k & ${size - 1}), 0);
    sum += a.xxzz * b.xyxy + a.yyww * b.zwzw;
  }
}`

/** @returns a function that multiplies to a depth and returns its milliseconds; undefined if the program does not compile */
function multiplier(gl: WebGL2RenderingContext): ((depth: number) => number) | undefined {
  const program = gl.createProgram()
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type)
    if (shader === null) return
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return
  gl.useProgram(program)
  const result = texture(gl, null)
  texture(gl, new Float32Array(4 * size * size).fill(1)) // stays bound: the matrix
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer())
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, result, 0)
  gl.viewport(0, 0, size, size)
  const place = gl.getUniformLocation(program, 'depth')
  const pixel = new Float32Array(4)
  return (depth) => {
    const start = performance.now()
    gl.uniform1i(place, depth)
    gl.drawArrays(gl.TRIANGLES, 0, 3)
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.FLOAT, pixel) // waits for the GPU
    return performance.now() - start
  }
}

function texture(gl: WebGL2RenderingContext, data: Float32Array | null): WebGLTexture {
  const made = gl.createTexture()
  gl.bindTexture(gl.TEXTURE_2D, made)
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, size, size, 0, gl.RGBA, gl.FLOAT, data)
  for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER])
    gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST)
  return made
}

/** The speed of a dot product in JavaScript on one core, in operations per millisecond: the best of a few tries. */
function speedOfJavaScript(): number {
  const length = 4096
  const [a, b] = [new Float32Array(length).fill(1), new Float32Array(length).fill(1)]
  let best = 0
  let checksum = 0
  for (let attempt = 0; attempt < 4; attempt++) {
    const start = performance.now()
    let operations = 0
    let time = 0
    while (time < 5) {
      for (let i = 0; i < length; i++) checksum += (a[i] as number) * (b[i] as number)
      operations += 2 * length
      time = performance.now() - start
    }
    best = Math.max(best, operations / time)
  }
  return checksum > 0 ? best : 0 // using the sum keeps the loop from being optimised away
}
