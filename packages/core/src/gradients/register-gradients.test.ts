import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it, vi } from 'vitest'
import { allGradients } from './all.ts'
import { registerGradients } from './register-gradients.ts'

const kernelNames = Object.keys(allGradients())
const registered = () => kernelNames.filter((name) => tf.getGradient(name) !== undefined)

afterEach(() => {
  for (const name of registered()) tf.unregisterGradient(name)
})

it('importing the package registers nothing, and without gradients tfjs refuses', () => {
  expect(registered()).toEqual([])
  expect(() => tf.grad((x) => tf.add(x, 1))(tf.scalar(1))).toThrow('gradient function not found for Add')
})

it('registers every gradient, and a second call changes and prints nothing', () => {
  const warn = vi.spyOn(console, 'warn')
  tf.env().set('DEBUG', true) // tfjs warns of a second registration in debug mode only
  try {
    warn.mockClear()
    registerGradients()
    const before = kernelNames.map((name) => tf.getGradient(name))
    registerGradients()
    expect(registered()).toEqual(kernelNames)
    expect(kernelNames.map((name) => tf.getGradient(name))).toEqual(before)
    expect(warn).not.toHaveBeenCalled()
  } finally {
    tf.env().set('DEBUG', false)
    warn.mockRestore()
  }
})

it('leaves a gradient alone that other code registered', () => {
  tf.registerGradient({ kernelName: 'Square', gradFunc: () => ({ x: () => tf.scalar(42) }) })
  registerGradients()
  expect(
    tf
      .grad((x) => tf.square(x))(tf.scalar(3))
      .dataSync()[0],
  ).toBe(42)
})
