// Pictures of a page, of the web, or in memory as a data set.
import { assertOption, assertOptions, type OptionCheck } from '@ae/core/internal'
import type { LabelledPictureDataset, PictureDataset } from './picture-dataset.ts'
import { filesOf, type PictureSource } from './picture-files.ts'
import { type PictureOptions, pictureChecks } from './picture-options.ts'

/**
 * Pictures from wherever a page has them: files that were dropped or chosen (`<input type="file" webkitdirectory>`), handles of
 * files and folders, addresses, bytes; in Node also paths. PNG and JPEG become the same bytes everywhere as `imageFolder` makes
 * of them; in a page, GIF (its first picture), WebP, AVIF and BMP are read too, as its browser decodes them.
 *
 * Examples are in the order of the list, after that those of chosen folders in the order of `imageFolder`. With
 * `labels: 'subfolders'`, a class is the outermost folder in a chosen folder, and the folder that contains a file at an address.
 *
 * @param sources the pictures, or one folder; bytes are borrowed for as long as the data set lives
 * @param options as for `imageFolder`
 * @returns a data set of bytes; with `labels`, one that `withLabels` takes. `files` names the picture of each example
 * @throws {OptionError} on an unknown or bad option
 * @throws {DatasetError} when there are no pictures, a class is not in `classNames`, or a picture is broken, which its message
 *   names; broken pictures that are not kept in memory are noticed when they are read
 * @throws the signal's reason when it aborts
 * @example
 * ```ts
 * input.onchange = async () => {
 *   const mine = await fromImages(input.files ?? [], { shape: [32, 32, 3], labels: 'subfolders' })
 * }
 * ```
 */
export function fromImages(
  sources: Iterable<PictureSource> | FileSystemDirectoryHandle,
  options: PictureOptions & { readonly labels: NonNullable<PictureOptions['labels']> },
): Promise<LabelledPictureDataset>
export function fromImages(
  sources: Iterable<PictureSource> | FileSystemDirectoryHandle,
  options: PictureOptions,
): Promise<PictureDataset>
export async function fromImages(
  sources: Iterable<PictureSource> | FileSystemDirectoryHandle,
  options: PictureOptions,
): Promise<PictureDataset> {
  assertOption('fromImages', 'sources', sources, sourcesOption)
  assertOptions('fromImages', options, pictureChecks(), ['shape'])
  const list = Symbol.iterator in sources ? sources : [sources]
  const files = await filesOf('fromImages', list, options)
  const { pictureDataset } = await import('./picture-dataset.ts')
  return await pictureDataset('fromImages', files, 'images', options)
}

const sourcesOption: OptionCheck = (value) => {
  const isList = typeof value === 'object' && value !== null && Symbol.iterator in value && !ArrayBuffer.isView(value)
  const isFolder = typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'directory'
  return isList || isFolder ? undefined : 'a list of files, handles, addresses or bytes, or the handle of a folder'
}
