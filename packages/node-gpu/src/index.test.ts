import { expect, test } from 'vitest'
import * as nodeGpu from './index.ts'

test('the public names', () => {
  expect(Object.keys(nodeGpu)).toMatchInlineSnapshot(`
    [
      "activeWebgpu",
      "diagnose",
      "describeDiagnosis",
      "cuda",
      "cudaBackend",
      "linkLibtensorflow",
      "native",
      "nativeBackend",
      "webgpu",
      "webgpuBackend",
    ]
  `)
})
