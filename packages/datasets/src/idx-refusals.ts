// The errors of IDX files that are nowhere, or hold something else than what was asked for: a script of its own for bundlers.
import { DatasetError, type Shape } from '@ae/core'
import { isNode, show } from '@ae/core/internal'
import { namesOf, type PublishedDataset, type PublishedFile } from './catalogue.ts'
import { fileError, type Origin } from './file-error.ts'
import type { Idx } from './idx.ts'
import type { Values } from './indexed-dataset.ts'
import type { Absent, Place } from './place.ts'

/**
 * The error of a file that cannot give images.
 *
 * @param values undefined where its type is the reason
 */
export function refusedImages(idx: Idx, origin: Origin, values: Values | undefined): DatasetError {
  const [, ...example] = idx.shape
  if (values === undefined) {
    const cure = origin.caller === 'fromIdx' ? 'pass' : 'read the file by fromIdx with'
    return fileError(origin, `images of type ${typeOf(idx)}, which it cannot scale`, {
      facts: { Expected: 'uint8, which becomes 0 to 1, or floats, which stay as they are', Received: describe(idx) },
      fix: example.length === 0 ? imagesFix : `${cure} \`maximum\`, the value that becomes 1`,
    })
  }
  if (example.length > 0) {
    return fileError(origin, 'an IDX file with more axes than a tensor has', {
      facts: { Expected: 'up to 6 axes, the first being the number of images', Received: describe(idx) },
      fix: imagesFix,
    })
  }
  return fileError(origin, 'an IDX file that holds no images', {
    facts: { Expected: 'at least 2 axes', Received: describe(idx) },
    fix: imagesFix,
  })
}

/** The error of a file that cannot give labels. */
export function refusedLabels(idx: Idx, origin: Origin): DatasetError {
  return fileError(origin, 'an IDX file that holds no labels', {
    facts: { Expected: 'integers of 1 axis', Received: describe(idx) },
    fix: 'pass the file of the labels, such as train-labels-idx1-ubyte',
  })
}

/** The error of images of another shape than those of the data set. */
export function otherShape(origin: Origin, expected: Shape, received: Shape): DatasetError {
  return fileError(origin, 'images of another shape', {
    facts: { Expected: `[${expected.join(', ')}]`, Received: `[${received.join(', ')}]` },
    fix: 'use fromIdx for other images',
  })
}

/** The error of the files of another known data set. */
export function foreignFiles(caller: string, { location }: Place, received: string): DatasetError {
  return new DatasetError(`\`${caller}\` found the files of another data set.`, {
    facts: { Place: location, Received: received },
    fix: 'name the place of the right files; their names are the same',
  })
}

/** The error of a file that is not, by any of its names, at the place that was named. */
export function missingFile(
  caller: string,
  { location }: Place,
  { name }: PublishedFile,
  { absent }: Absent,
): DatasetError {
  return new DatasetError(`\`${caller}\` found no ${name}.`, {
    facts: { Place: location, 'Looked for': namesOf(name).join(', '), Reason: absent },
    fix: 'put the file there under one of these names, or name the place where it is',
  })
}

/** The error of a file that no place has, with the reason of each. */
export function nowhere(
  { caller, install }: PublishedDataset,
  { name }: PublishedFile,
  reasons: Readonly<Record<string, string>>,
): DatasetError {
  return new DatasetError(`\`${caller}\` could not find ${name}.`, {
    facts: reasons,
    fix: isNode
      ? `${install}, or pass \`from\`: a folder or URL that holds the IDX files`
      : 'serve the IDX files beside your page and pass their address as `from`',
  })
}

const imagesFix = 'pass the file of the images, such as train-images-idx3-ubyte'

function typeOf({ values }: Idx): string {
  return Object.prototype.toString.call(values).slice(8, -6).toLowerCase()
}

function describe(idx: Idx): string {
  const { shape } = idx
  return `${typeOf(idx)} of ${shape.length} ${shape.length === 1 ? 'axis' : 'axes'}, ${show(shape)}`
}
