// Draws of examples that share the value of one factor: what the scores of the beta-VAE and of FactorVAE vote by.
import { uniforms } from '@ae/core'
import type { Factor } from './codes.ts'

/** Examples that were drawn for one vote. */
interface Vote {
  /** The factor whose value they share. */
  readonly factor: number
  /** The numbers of the examples. */
  readonly examples: Uint32Array
}

/** Draws votes. */
export interface VoteSource {
  /**
   * Pairs that each share the value of one factor, the same factor for all; the value differs from pair to pair.
   *
   * @param vote the number of the vote, which decides the draw
   * @param pairs how many
   * @returns examples 2 i and 2 i + 1 are a pair
   */
  pairs(vote: number, pairs: number): Vote
  /** Examples that all share one value of one factor. */
  group(vote: number, count: number): Vote
}

/**
 * Draws from the examples of a data set, with replacement: where every combination of factors is there once, all other factors
 * are then independent of each other.
 *
 * @param stream the name of the random stream
 * @param seed of the stream
 * @param factors of the examples
 */
export function voteSource(stream: string, seed: number, factors: readonly Factor[]): VoteSource {
  const alike = factors.map(({ indices, values }) => {
    const groups = values.map((): number[] => [])
    for (const [example, index] of indices.entries()) groups[index]?.push(example)
    return groups
  })
  const count = factors[0]?.indices.length ?? 0
  const choose = (share: number | undefined, size: number) => Math.floor(Number(share) * size)
  const like = (factor: number, example: number) =>
    alike[factor]?.[factors[factor]?.indices[example] as number] as readonly number[]
  return {
    pairs(vote, pairs) {
      const draws = uniforms(stream, { seed, step: vote }, 1 + 2 * pairs)
      const factor = choose(draws[0], factors.length)
      const examples = new Uint32Array(2 * pairs)
      for (let i = 0; i < examples.length; i += 2) {
        examples[i] = choose(draws[i + 1], count)
        const group = like(factor, examples[i] as number)
        examples[i + 1] = group[choose(draws[i + 2], group.length)] as number
      }
      return { factor, examples }
    },
    group(vote, size) {
      const draws = uniforms(stream, { seed, step: vote }, 2 + size)
      const factor = choose(draws[0], factors.length)
      const group = like(factor, choose(draws[1], count))
      return {
        factor,
        examples: Uint32Array.from({ length: size }, (_, i) => group[choose(draws[i + 2], group.length)] as number),
      }
    },
  }
}
