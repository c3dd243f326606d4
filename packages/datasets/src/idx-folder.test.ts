import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fashionMnistFiles } from './catalogue.ts'
import { idxFolder } from './idx-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ae-idx-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const idx = (shape: readonly number[], values: readonly number[]) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, 0, length]), ...values])

describe('idxFolder', () => {
  test('reads images of any size, named after the folder', async () => {
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), idx([2, 2, 3], [0, 51, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), idx([2], [7, 4]))
    const data = await idxFolder({ from: folder, split: 'test' })
    expect(data.shape).toEqual([2, 3, 1])
    expect([...data.labels]).toEqual([7, 4])
    expect(data.name).toBe(`${folder.split('/').at(-1)}/test`)
    expect((await idxFolder({ from: folder, split: 'test', limit: 1, name: 'mine' })).name).toBe('mine/test[:1]')
  })

  test('with a limit still counts the labels of all images', async () => {
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), idx([2, 1, 1], [0, 1]))
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), idx([1], [7]))
    await expect(idxFolder({ from: folder, split: 'test', limit: 1 })).rejects.toThrow('the wrong number of labels')
  })

  test('says which file is missing', async () => {
    await writeFile(join(folder, 'train-images-idx3-ubyte'), idx([1, 1, 1], [0]))
    await expect(idxFolder({ from: folder })).rejects.toThrow('`idxFolder` found no train-labels-idx1-ubyte.')
  })

  test('refuses a folder that does not exist, an unknown option, and none', async () => {
    await expect(idxFolder({ from: join(folder, 'none') })).rejects.toThrow('found no folder')
    await expect(idxFolder({ from: folder, form: 1 } as never)).rejects.toThrow('did you mean from?')
    await expect(idxFolder({} as never)).rejects.toThrow('needs the option `from`')
  })

  test.skipIf(!existsSync(fashionMnistFiles.systemFolder ?? ''))(
    'takes the files of any data set, such as Fashion-MNIST (skipped: needs apt-get install dataset-fashion-mnist)',
    async () => {
      const clothes = await idxFolder({ from: fashionMnistFiles.systemFolder ?? '', split: 'test' })
      expect([clothes.name, clothes.size, ...clothes.shape]).toEqual(['fashion-mnist/test', 10_000, 28, 28, 1])
    },
  )
})
