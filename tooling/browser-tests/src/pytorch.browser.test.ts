// A checkpoint of PyTorch that was chosen in a page: docs/guides/data/vae.pt.
import { selectBackend } from '@ae/core'
import { fromStateDict, readPyTorch } from '@ae/formats'
import { wasm } from '@ae/wasm'
import { expect, test } from 'vitest'

const address = new URL('../../../docs/guides/data/vae.pt', import.meta.url)

test('is read from a File, becomes a model, and draws finite pixels', async () => {
  await selectBackend(wasm)
  const file = new File([await (await fetch(address)).arrayBuffer()], 'vae.pt')
  const { tensors } = await readPyTorch(file)
  expect([...tensors].map(([name, { shape }]) => `${name} ${shape.join('x')}`).slice(0, 2)).toEqual([
    'fc1.weight 24x784',
    'fc1.bias 24',
  ])
  using model = fromStateDict(tensors, { inputShape: [28, 28, 1] })
  if (model.kind !== 'vae') throw new Error(model.kind)
  const samples = model.sample(2, { seed: 1 })
  const pixels = await samples.data()
  samples.dispose()
  expect(pixels.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true)
  expect(Math.max(...pixels)).toBeGreaterThan(0.5)
})

test('that is damaged is refused by its name, and a path by what a page can read', async () => {
  const bytes = await (await fetch(address)).arrayBuffer()
  const damaged = readPyTorch(new File([bytes.slice(0, 9000)], 'vae.pt'))
  await expect(damaged).rejects.toThrow('`readPyTorch` cannot read vae.pt: its zip archive is damaged: its end is missing')
  await expect(readPyTorch('vae.pt')).rejects.toThrow('there is no file system here')
})
