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

/** Whether a folder, or one up to two levels below it, has a picture, and no IDX file lies beside it. */
export async function holdsPictures(data: string, levels = 2): Promise<boolean> {
  const folders: string[] = []
  try {
    for await (const entry of await opendir(pathOf(data))) {
      if (/-idx\d-ubyte(?:\.gz)?$/.test(entry.name)) return false
      if (/\.(?:png|jpe?g)$/i.test(entry.name)) return true
      if (entry.isDirectory()) folders.push(join(pathOf(data), entry.name))
    }
  } catch {
    return false // no folder, or one that may not be read: what reads it says so
  }
  for (const folder of levels > 0 ? folders : []) if (await holdsPictures(folder, levels - 1)) return true
  return false
}

/** Any other word is refused by `imageFolder`. */
function subfolders(labels: string): 'subfolders' {
  return labels as 'subfolders'
}
