// Every gradient that @ae/core registers, by differences of the backend's own forward pass.
import { registerGradients } from '@ae/core'
import { expectNoLeak } from '@ae/library/testing'
import { beforeAll, expect, test } from 'vitest'
import type { GradientCase } from '../../../packages/core/src/gradients/testing/cases/row.ts'
import { gradientCases } from '../../../packages/core/src/gradients/testing/cases.ts'
import { checkCase } from '../../../packages/core/src/gradients/testing/check-case.ts'
import { backend, hastenProducts, onBackend } from './on-backend.ts'

// A software adapter's sine and cosine are good to 2e-4, which differences multiply.
const tolerance = backend.name === 'webgpu' ? { absolute: 5e-3, relative: 5e-3 } : { absolute: 1e-3, relative: 1e-3 }

/** Forward kernels of tfjs 4.22 that differ from `cpu`; once one is mended, its test here fails and its line goes. */
const knownWrong: Readonly<Record<string, readonly string[]>> = {
  wasm: [
    'prelu of rows', // Prelu repeats the slopes as if they belonged to the last axis
    'gather of each batch', // GatherV2 takes wrong entries from the second batch on
  ],
}

onBackend('gradients', () => {
  beforeAll(() => {
    registerGradients()
    hastenProducts()
  })

  const wrong = knownWrong[backend.name] ?? []
  const check = (gradientCase: GradientCase) => expectNoLeak(() => checkCase(gradientCase, tolerance))

  test.each(gradientCases.filter(({ name }) => !wrong.includes(name)))('$name: agrees with central differences', check)

  test.fails.each(gradientCases.filter(({ name }) => wrong.includes(name)))('$name: tfjs is wrong here', check)

  test('every op that is known to be wrong is in the table', () => {
    const names = gradientCases.map(({ name }) => name)
    expect(wrong.filter((name) => !names.includes(name))).toEqual([])
  })
})
