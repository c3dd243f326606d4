// The labels of pictures, by the folders that they lie in or by a function of their names.
import { DatasetError } from '@ae/core'
import { show } from '@ae/core/internal'
import type { Labels } from '../indexed-dataset.ts'
import type { PictureFile } from './picture-files.ts'

/** Names of classes, and which of them each picture has. */
export interface Labelled {
  readonly classNames: readonly string[]
  readonly labels: Labels
}

/**
 * @param classOf the class of a picture; by default the outermost folder that it lies in
 * @param fixed the names of the classes in the order of their numbers; by default those that occur, sorted
 */
export function labelsOf(
  caller: string,
  files: readonly PictureFile[],
  classOf: ((path: string, index: number) => string) | 'subfolders',
  fixed: readonly string[] | undefined,
): Labelled {
  const names = files.map((file, index) => {
    const name: unknown = classOf === 'subfolders' ? folderOf(caller, file) : classOf(file.path, index)
    if (typeof name === 'string') return name.normalize('NFC')
    throw new DatasetError(`\`labels\` of \`${caller}\` gave what is not the name of a class.`, {
      facts: { File: file.name, Expected: 'a string', Received: show(name) },
      fix: 'return the name of the class of every picture',
    })
  })
  const classNames = fixed ?? [...new Set(names)].sort()
  const numbers = new Map(classNames.map((name, number) => [name, number]))
  const labels = classNames.length > 256 ? new Int32Array(names.length) : new Uint8Array(names.length)
  for (const [index, name] of names.entries()) {
    const number = numbers.get(name)
    if (number === undefined) {
      throw new DatasetError(`\`${caller}\` found a class that is not one of \`classNames\`.`, {
        facts: { File: files[index]?.name ?? '', Expected: show(classNames), Received: show(name) },
        fix: 'add the class, or take its pictures away',
      })
    }
    labels[index] = number
  }
  return { classNames, labels }
}

function folderOf(caller: string, { path, name }: PictureFile): string {
  const [folder = '', ...rest] = path.split('/')
  if (rest.length > 0) return folder
  throw new DatasetError(`\`${caller}\` found a picture outside of the folders that name the classes.`, {
    facts: { File: name },
    fix: 'move it into the folder of its class, or leave `labels` out',
  })
}
