// A folder of pictures as a data set, in Node.
import { assertOption, assertOptions } from '@ae/core/internal'
import { localPath, placeOption } from '../place.ts'
import type { LabelledPictureDataset, PictureDataset } from './picture-dataset.ts'
import { filesInFolder } from './picture-files.ts'
import { type PictureOptions, pictureChecks } from './picture-options.ts'

/**
 * The pictures in a folder and in the folders in it, in Node: PNG (1 to 16 bits, palette, interlaced, transparent) and JPEG
 * (baseline and progressive, grey, CMYK, upright by its Exif orientation). Worker threads decode and scale them. What fits into
 * `cacheBytes` is decoded once and stays in memory, the rest is decoded ahead of training in every epoch.
 *
 * Examples are in the order of folders, then files, both by the code units of their names, and so are class names: the same
 * on every platform. Files with other endings than those of pictures, and names that begin with a dot, are passed over.
 *
 * @param path the folder
 * @param options the shape of an example, labels, how pictures are fitted
 * @returns a data set of bytes; with `labels`, one that `withLabels` takes. `files` names the picture of each example
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when the folder cannot be read or has no pictures, a class is not in `classNames`, or a picture is
 *   broken, which its message names; broken pictures that are not kept in memory are noticed when they are read
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * const pets = await imageFolder('pets', { shape: [64, 64, 3], labels: 'subfolders', fit: 'cover' })
 * console.log(pets.size, pets.notes.classNames) // 24990 [ 'cats', 'dogs' ]
 * ```
 */
export function imageFolder(
  path: string | URL,
  options: PictureOptions & { readonly labels: NonNullable<PictureOptions['labels']> },
): Promise<LabelledPictureDataset>
export function imageFolder(path: string | URL, options: PictureOptions): Promise<PictureDataset>
export async function imageFolder(path: string | URL, options: PictureOptions): Promise<PictureDataset> {
  assertOption('imageFolder', 'path', path, placeOption)
  assertOptions('imageFolder', options, pictureChecks(), ['shape'])
  const folder = localPath(String(path)).replace(/(?<=.)[\\/]+$/, '')
  const files = await filesInFolder('imageFolder', folder)
  const { pictureDataset } = await import('./picture-dataset.ts')
  const name = folder.split(/[\\/]/).filter(Boolean).at(-1) ?? 'images'
  return await pictureDataset('imageFolder', files, name, options)
}
