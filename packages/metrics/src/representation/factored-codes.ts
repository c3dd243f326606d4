// Codes with the factors that their examples were made from: what measures of disentanglement take.
import { OptionError } from '@ae/core'
import { assertMembers } from '@ae/core/internal'
import { type CodeSource, type Codes, type Factor, type FactorSource, readCodes, readFactors } from './codes.ts'

/** Codes with the factors of each. */
export interface FactoredCodes {
  /** The codes. */
  readonly codes: CodeSource
  /** A row of integers for each code. */
  readonly factors: FactorSource
}

/** The same, checked. */
export interface ReadFactoredCodes {
  readonly codes: Codes
  readonly factors: readonly Factor[]
}

/**
 * Codes and factors, checked: codes of at least two entries, factors of at least two values each.
 *
 * @param functionName the public function that received them, for messages
 * @param place what the arguments are called, for messages
 * @param source as received; borrowed
 * @param leastFactors how many factors are needed
 * @throws {OptionError} when they are not such, or not of the same examples
 */
export async function readFactored(
  functionName: string,
  place: { readonly codes: string; readonly factors: string },
  source: FactoredCodes,
  leastFactors = 1,
): Promise<ReadFactoredCodes> {
  const codes = await readCodes(functionName, place.codes, source.codes, 2)
  if (codes.codeSize < 2) {
    throw new OptionError(`\`${functionName}\` received codes of one entry, among which none is the second best.`, {
      facts: { Expected: 'codes of at least 2 entries', Received: '1' },
      fix: 'pass codes of a model with 2 latents or more',
    })
  }
  const factors = await readFactors(functionName, place.factors, source.factors, codes.count)
  const constant = factors.find(({ values }) => values.length < 2)
  if (constant) {
    throw new OptionError(`\`${functionName}\` received a factor that never varies.`, {
      facts: {
        Expected: 'at least two values of each factor',
        Received: `${constant.name} is always ${constant.values[0]}`,
      },
      fix: 'leave the factor out, or pass examples with other values of it',
    })
  }
  if (factors.length >= leastFactors) return { codes, factors }
  throw new OptionError(`\`${functionName}\` received too few factors.`, {
    facts: { Expected: `at least ${leastFactors}`, Received: String(factors.length) },
    fix: `pass ${leastFactors} factors or more`,
  })
}

/** {@link readFactored} of codes to fit to and codes to judge on, which have the same factors. */
export async function readFactoredPair(
  functionName: string,
  train: FactoredCodes,
  test: FactoredCodes,
  leastFactors?: number,
): Promise<{ readonly train: ReadFactoredCodes; readonly test: ReadFactoredCodes }> {
  const read = async (name: string, source: FactoredCodes) => {
    assertMembers(functionName, name, source, {
      expected: '{ codes, factors }',
      members: { codes: 'object', factors: 'object' },
      fix: 'pass { codes, factors: shapeFactors(codes.labels) } with codes = await encodeAll(model, data)',
    })
    const codes = await readCodes(functionName, `${name}.codes`, source.codes)
    return { codes, factors: source.factors }
  }
  const place = { codes: 'train.codes', factors: 'train.factors' }
  const fitted = await readFactored(functionName, place, await read('train', train), leastFactors)
  const { codes, factors: source } = await read('test', test)
  const factors = await readFactors(functionName, 'test.factors', source, codes.count)
  if (codes.codeSize === fitted.codes.codeSize && factors.length === fitted.factors.length) {
    return { train: fitted, test: { codes, factors } }
  }
  throw new OptionError(`\`${functionName}\` received \`test\` that differs from \`train\`.`, {
    facts: {
      Expected: `codes of ${fitted.codes.codeSize} entries and ${fitted.factors.length} factors`,
      Received: `codes of ${codes.codeSize} entries and ${factors.length} factors`,
    },
    fix: 'encode both with the same model, and pass the same factors of both',
  })
}

/** The share of test examples whose value of a factor is predicted; `predicted` are places among the values of `fitted`. */
export function accuracyOf(predicted: Int32Array, fitted: Factor, actual: Factor): number {
  let right = 0
  for (const [i, place] of predicted.entries()) {
    if (fitted.values[place] === actual.values[actual.indices[i] as number]) right++
  }
  return right / predicted.length
}
