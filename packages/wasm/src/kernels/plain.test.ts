// The kernel tests once more, as in an engine without relaxed SIMD, where every product is rounded before it is added.
import { expect, test, vi } from 'vitest'
import { withRelaxedSimd } from '../binary/simd.ts'
import { wasm } from '../index.ts'
import './convolution-layer.test.ts'
import './implementations.test.ts'
import './matmul.test.ts'
import './optimize.test.ts'
import './unary.test.ts'

vi.mock(import('../binary/simd.ts'), async (original) => ({
  ...(await original()),
  withRelaxedSimd: vi.fn(async () => undefined),
}))

test('no kernel of this file ran with relaxed SIMD', async () => {
  await wasm.activate()
  expect(withRelaxedSimd).toHaveBeenCalled()
})
