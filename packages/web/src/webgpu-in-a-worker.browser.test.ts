import { expect, test } from 'vitest'

test('webgpu runs in a Worker', async () => {
  const worker = new Worker(new URL('./testing/webgpu-worker.ts', import.meta.url), { type: 'module' })
  const message = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data)
    worker.onerror = ({ message }) => reject(new Error(message))
  }).finally(() => worker.terminate())
  expect(message).toMatchObject({ name: 'webgpu', device: 'google swiftshader (software)', refused: [] })
})
