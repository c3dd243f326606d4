// Folders of pictures that `--data` takes.
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { type IndexedDataset, imageFolder } from '@ae/datasets'
import { isFolder, pathOf } from './data-files.ts'

/** How pictures are read. */
interface PictureSettings {
  readonly labels: string | undefined
  readonly shape: readonly number[]
}

/** The pictures of a folder; if it has the folders `train` and `test`, those of each. */
export async function readPictures(
  data: string,
  { labels, shape }: PictureSettings,
): Promise<{ readonly train: IndexedDataset; readonly test?: IndexedDataset | undefined }> {
  const path = pathOf(data)
  const read = (folder: string, classNames?: readonly string[]): Promise<IndexedDataset> =>
    imageFolder(folder, { shape, ...(labels === undefined ? {} : { labels: subfolders(labels), classNames }) })
  const [train, test] = [join(path, 'train'), join(path, 'test')]
  if (!((await isFolder(train)) && (await isFolder(test)))) return { train: await read(path) }
  const training = await read(train)
  return { train: training, test: await read(test, training.notes?.classNames) }
}

/** Whether a folder, or a folder in it, has a picture, and no IDX file lies beside it. */
export async function holdsPictures(data: string): Promise<boolean> {
  const path = pathOf(data)
  if (!(await isFolder(path))) return false
  for await (const { name } of await opendir(path)) if (/-idx\d-ubyte(?:\.gz)?$/.test(name)) return false
  for await (const { name } of await opendir(path, { recursive: true })) if (/\.(?:png|jpe?g)$/i.test(name)) return true
  return false
}

/** Any other word is refused by `imageFolder`. */
function subfolders(labels: string): 'subfolders' {
  return labels as 'subfolders'
}
