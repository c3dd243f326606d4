import { adam, normals } from '@ae/core'
import { expectClose } from '@ae/library/testing'
import { clone, type Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { activateWebgpu } from '../device.ts'
import { onAdapter, open } from '../testing/dawn.ts'
import { gpuWorkOf } from '../testing/gpu-work.ts'
import { stillInUse, webgpuBackend } from '../testing/kernel-calls.ts'

const sizes = { a: [3], b: [20, 17], c: [1], d: [257], e: [2, 3, 4], f: [512] }
const names = Object.keys(sizes) as (keyof typeof sizes)[]

onAdapter('an Adam step', () => {
  beforeAll(() => activateWebgpu(open))

  test('of several variables, ten times, is within 1e-6 of float64; no tensor and no buffer is left', async () => {
    const before = stillInUse()
    const variables = made()
    const state = adam({ learningRate: 0.1 }).create(variables)
    for (let step = 0; step < 10; step++) {
      const gradients = drawn(step)
      state.apply(gradients, step)
      for (const gradient of Object.values(gradients)) gradient.dispose()
    }
    for (const name of names) {
      const expected = inFloat64(name, 10)
      expectClose((await variables[name]?.data()) ?? [], expected.parameter, { absolute: 1e-6 })
      expectClose((await state.slots[`mean.${name}`]?.data()) ?? [], expected.mean, { absolute: 1e-6 })
      expectClose((await state.slots[`square.${name}`]?.data()) ?? [], expected.square, { absolute: 1e-6 })
    }
    state.dispose()
    for (const each of Object.values(variables)) each.dispose()
    expect(stillInUse()).toEqual(before)
  })

  test('needs as many dispatches as the device binds four tensors a variable, and no new memory', async () => {
    const variables = made()
    const state = adam().create(variables)
    const gradients = drawn(0)
    state.apply(gradients, 0)
    const before = stillInUse()
    const { dispatches } = await gpuWorkOf(() => state.apply(gradients, 1))
    const together = Math.floor(webgpuBackend().device.limits.maxStorageBuffersPerShaderStage / 4)
    expect(dispatches).toHaveLength(Math.ceil(names.length / together))
    const { bufferManager } = webgpuBackend()
    expect(bufferManager.getNumUsedBuffers() - before.buffers).toBe(dispatches.length) // the numbers it is told
    state.dispose()
    for (const each of [...Object.values(variables), ...Object.values(gradients)]) each.dispose()
  })

  test('leaves a clone of a variable as it was', async () => {
    const variables = made()
    const copies = names.map((name) => clone(variables[name] as Variable))
    const state = adam({ learningRate: 0.1 }).create(variables)
    const gradients = drawn(0)
    state.apply(gradients, 0)
    for (const [i, name] of names.entries()) {
      expect(await copies[i]?.data()).toEqual(normals(`start ${name}`, {}, copies[i]?.size ?? 0))
      expectClose((await variables[name]?.data()) ?? [], inFloat64(name, 1).parameter, { absolute: 1e-6 })
    }
    state.dispose()
    for (const each of [...Object.values(variables), ...Object.values(gradients), ...copies]) each.dispose()
  })
})

function made(): Record<string, Variable> {
  return Object.fromEntries(
    names.map((name) => {
      const start = tensor(normals(`start ${name}`, {}, size(name)), sizes[name])
      const made = variable(start)
      start.dispose()
      return [name, made]
    }),
  )
}

function drawn(step: number): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, tensor(normals(name, { step }, size(name)), sizes[name])]))
}

function size(name: keyof typeof sizes): number {
  return sizes[name].reduce((product, length) => product * length, 1)
}

function inFloat64(name: keyof typeof sizes, steps: number) {
  const parameter = Array.from(normals(`start ${name}`, {}, size(name)))
  const [mean, square] = [parameter.map(() => 0), parameter.map(() => 0)]
  for (let step = 0; step < steps; step++) {
    for (const [i, g] of normals(name, { step }, size(name)).entries()) {
      mean[i] = 0.9 * Number(mean[i]) + 0.1 * g
      square[i] = 0.999 * Number(square[i]) + 0.001 * g * g
      const correctedMean = Number(mean[i]) / (1 - 0.9 ** (step + 1))
      const correctedSquare = Number(square[i]) / (1 - 0.999 ** (step + 1))
      parameter[i] = Number(parameter[i]) - (0.1 * correctedMean) / (Math.sqrt(correctedSquare) + 1e-8)
    }
  }
  return { parameter, mean, square }
}
