// Two sets of features of pictures, of which one is judged by the other.
import { OptionError, ShapeError } from '@ae/core'
import { printable } from '@ae/core/internal'
import { type CodeSource, type Codes, readCodes } from '../representation/codes.ts'

/** Features of pictures that say where they come from. */
export interface SourcedFeatures extends Codes {
  /** What they are features of: a network with its version. Sets from different sources are not compared. Defaults to unknown. */
  readonly source?: string | undefined
}

/**
 * Features of some pictures, one row for each: of `pictureFeatures`, a tensor `[count, size]`, an array of rows, or codes of
 * `encodeAll`. Borrowed.
 */
export type Features = SourcedFeatures | CodeSource

/** Two sets of features that have passed the checks. */
export interface FeaturePair {
  /** What is judged. */
  readonly features: Codes
  /** What it is judged by. */
  readonly reference: Codes
  /** Both counts and what they are features of, for `estimator`. */
  readonly described: string
}

/**
 * Reads two sets of features.
 *
 * @param least how many rows each must have
 * @throws {OptionError} when they are not features, hold a number that is not finite, or come from different sources
 * @throws {ShapeError} when they have different sizes, or too few rows
 */
export async function featurePair(
  functionName: string,
  features: Features,
  reference: Features,
  least: number,
): Promise<FeaturePair> {
  const judged = await readCodes(functionName, 'features', features, least)
  const judge = await readCodes(functionName, 'reference', reference, least)
  const [source, other] = [sourceOf(features), sourceOf(reference)]
  if (source !== other) {
    throw new OptionError(`\`${functionName}\` received features of different sources.`, {
      facts: { Expected: 'two sets from one source', Received: `${source ?? 'unknown'} and ${other ?? 'unknown'}` },
      fix: 'compute both sets in the same way, e.g. by pictureFeatures of the same version',
    })
  }
  if (judged.codeSize !== judge.codeSize) {
    throw new ShapeError(`\`${functionName}\` received features of different sizes.`, {
      facts: {
        Expected: 'as many features per picture in both',
        Received: `features [${judged.count}, ${judged.codeSize}], reference [${judge.count}, ${judge.codeSize}]`,
      },
      fix: 'compute both sets with the same network',
    })
  }
  const origin = source === undefined ? '' : ` of ${printable(source, 100)}`
  const described = `${judged.count} pictures by ${judge.count} of the reference, ${judged.codeSize} features${origin}`
  return { features: judged, reference: judge, described }
}

function sourceOf(features: Features): string | undefined {
  return 'source' in features ? features.source : undefined
}
