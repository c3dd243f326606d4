// Tests that kernels of tfjs are wrong and that their replacements are right: the table of docs/backends.md.
import { registerGradients } from '@ae/core'
import { wasm } from '@ae/wasm'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import './noted.ts'
import { backend, onBackend, onDeviceOnly, tfjsName } from './on-backend.ts'
import { type StockKernel, stockKernels } from './stock-kernels.ts'

// The kernels before @ae/wasm replaces them; the other backends replace none.
const replaces = backend.name === wasm.name
if (replaces) await import('@tensorflow/tfjs-backend-wasm')
const stock = tf.getKernelsForBackend(tfjsName)

onBackend('kernels of tfjs that are wrong', () => {
  beforeAll(registerGradients)

  const rows = stockKernels.filter(({ on }) => on.includes(backend.name))
  const small = rows.filter(({ onCpu }) => onCpu)
  if (small.length > 0) describe('where tfjs computes small tensors on the CPU', () => check(small))
  describe('on the device', () => {
    onDeviceOnly()
    check(rows.filter(({ onCpu }) => !onCpu))
  })
})

function check(rows: readonly StockKernel[]): void {
  for (const { kernel, wrong, input, stock: run, expected, ours, replacement, fails } of rows) {
    test(`${kernel} ${wrong}`, async ({ task }) => {
      const right = written(expected)
      const given = await withStock(kernel, () => read(run))
      task.meta.stockKernel = { kernel, wrong, input, stock: given, expected: right, ours }
      expect(given).not.toBe(right)
      expect(given === 'an error', given).toBe(fails === true)
      if (replacement !== undefined) expect(await read(replacement)).toBe(right)
    })
  }
}

/** Runs `body` with tfjs's own kernel of this name, or without one if tfjs has none. */
async function withStock(kernelName: string, body: () => Promise<string>): Promise<string> {
  const ours = tf.getKernel(kernelName, tfjsName)
  const own = stock.find((kernel) => kernel.kernelName === kernelName)
  if (!replaces || ours === own) return body()
  tf.unregisterKernel(kernelName, tfjsName)
  if (own !== undefined) tf.registerKernel(own)
  try {
    return await body()
  } finally {
    if (own !== undefined) tf.unregisterKernel(kernelName, tfjsName)
    tf.registerKernel(ours)
  }
}

async function read(run: () => tf.Tensor): Promise<string> {
  try {
    const result = tf.tidy(run)
    const values = await result.array()
    result.dispose()
    return written(values)
  } catch {
    return 'an error'
  }
}

/** Rounded to a precision that every backend reaches. */
function written(values: unknown): string {
  const rounded = (_key: string, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(5)) : value)
  return JSON.stringify(values, rounded).replaceAll('null', 'NaN') // as which JSON writes it
}
