import { zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { floats, numbers, runKernel, take, webglBackend } from '../testing/kernel-calls.ts'
import { webgl } from '../testing/software-webgl.ts'
import { compiledPrograms, outputsAtOnce } from './programs.ts'

beforeAll(() => webgl.activate())

const attributes = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

test('a variable takes one draw call, its three outputs at once', () => {
  expect(outputsAtOnce(webglBackend())).toBeGreaterThanOrEqual(3)
  const inputs = Object.fromEntries(
    ['parameter0', 'gradient0', 'mean0', 'square0'].map((name) => [
      name,
      floats(numbers(name, 6).map(Math.abs), [2, 3]),
    ]),
  )
  const run = () => runKernel('AeAdam', inputs, { ...attributes, count: 1, step: 1 })
  run() // uploads the inputs
  const { gl } = webglBackend().gpgpu
  let calls = 0
  const { drawElements } = gl
  gl.drawElements = (...parameters) => {
    calls++
    drawElements.apply(gl, parameters)
  }
  run()
  gl.drawElements = drawElements
  expect(calls).toBe(1)
})

test('ten steps at changing rates compile nothing after the first', () => {
  const size = 6
  const inputs = { parameter0: zeros([size]), gradient0: zeros([size]), mean0: zeros([size]), square0: zeros([size]) }
  const run = (step: number) => {
    const changing = { learningRate: 1 / step, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 / step, count: 1, step }
    take(...runKernel('AeAdam', inputs, changing))
  }
  run(1)
  const before = compiledPrograms(webglBackend())
  for (let step = 2; step <= 11; step++) run(step)
  expect(before).toBeGreaterThan(0)
  expect(compiledPrograms(webglBackend())).toBe(before)
})
