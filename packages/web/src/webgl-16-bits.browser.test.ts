// In a file, hence in a page, of its own: tfjs settles the float precision once.
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-webgl' // registers the flag
import { env, getBackend, memory, setBackend } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { webgl } from './testing/software-webgl.ts'

test('webgl is refused when its kernels turn out to compute with 16-bit floats, and the backend stays as it was', async () => {
  await setBackend('cpu')
  env().set('WEBGL_FORCE_F16_TEXTURES', true)
  await expect(webgl.activate()).rejects.toThrow(
    /^`webgl` cannot run here\.\n\nReason: it computes with 16-bit floats only .*\nFix: {4}use wasm from @ae\/web$/,
  )
  expect(getBackend()).toBe('cpu')
  expect(memory().numTensors).toBe(0)
})
