import '@tensorflow/tfjs-backend-cpu'
import { backend } from '@tensorflow/tfjs-core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tinyData, tinyModel } from '../testing/tiny-model.ts'
import { train } from '../training/train.ts'
import { type BackendExtension, extendBackend, extensionOf } from './extend-backend.ts'

test.each([
  ['the engine', undefined],
  ['a player', async () => ({ play: (inputs, _, run) => run(inputs), dispose() {} })],
] satisfies [string, BackendExtension['stepPlayer']][])(
  'a backend is told of each step that begins, made by %s, with the size of its batch',
  async (_, stepPlayer) => {
    onTestFinished(() => {
      extendBackend(backend(), { beginStep: undefined, stepPlayer: undefined })
    })
    const sizes: number[] = []
    extendBackend(backend(), { beginStep: (size) => void sizes.push(size), stepPlayer })
    using model = tinyModel()
    for await (const _ of train(model, tinyData({ count: 40 }), { epochs: 2, batchSize: 16 }));
    expect(sizes).toEqual([16, 16, 8, 16, 16, 8])
  },
)

test('a second extension adds to the first, and a member that is undefined is removed', () => {
  const [device, other] = [{}, {}]
  const rest = () => () => {}
  extendBackend(device, { restThreads: rest })
  extendBackend(device, { beginStep: vi.fn() })
  extendBackend(device, { beginStep: undefined })
  expect(extensionOf(device)).toEqual({ restThreads: rest })
  expect(extensionOf(other)).toEqual({})
})

test('two copies of this package know of the same extensions', async () => {
  const device = {}
  const beginStep = vi.fn()
  extendBackend(device, { beginStep })
  vi.resetModules()
  const copy = await import('./extend-backend.ts')
  expect(copy.extensionOf).not.toBe(extensionOf)
  expect(copy.extensionOf(device)).toEqual({ beginStep })
})
