// The objective as a formula: its terms as MathML, and the same in words.
import type { ModelCard, TermCard } from '../../engine/engine.ts'
import { math } from '../foundation/dom.ts'
import { figure } from '../foundation/numbers.ts'
import { entryOf } from '../settings/fields.ts'

/** A piece of a formula: a letter, a number or an operator; or pieces in a row, below or above another. */
export type Piece =
  | string
  | { readonly row: readonly Piece[] }
  | { readonly base: Piece; readonly below?: Piece; readonly above?: Piece }
  | { readonly over: readonly [Piece, Piece] }

/** A term as it is written and as it is read out. */
export interface Written {
  readonly piece: Piece
  readonly spoken: string
}

const row = (...pieces: readonly Piece[]): Piece => ({ row: pieces })
const given = (letter: string, left: Piece, right: Piece): Piece => row(letter, '(', left, '|', right, ')')
const divergence = (left: Piece, right: Piece): Piece => row('KL', '(', left, '∥', right, ')')
const square = (of: Piece): Piece => ({ base: row('‖', of, '‖'), above: '2' })
const indexed = (letter: string, index: string): Piece => ({ base: letter, below: index })

const expectedError: Written = {
  piece: row({ base: 'E', below: given('q', 'z', 'x') }, '[', '−', 'log', given('p', 'x', 'z'), ']'),
  spoken: 'the expected negative log probability of x given z',
}
const error: Written = {
  piece: row('−', 'log', given('p', 'x', 'z')),
  spoken: 'the negative log probability of x given z',
}
const squaredError: Written = {
  piece: square(row('x', '−', 'x̂')),
  spoken: 'the squared distance of x from its reconstruction',
}

const terms: Readonly<Record<string, Written>> = {
  kl: {
    piece: divergence(given('q', 'z', 'x'), row('p', '(', 'z', ')')),
    spoken: 'the divergence of q of z given x from p of z',
  },
  bound: {
    piece: row(
      '−',
      'log',
      { over: ['1', 'K'] },
      { base: '∑', below: 'k' },
      {
        over: [row('p', '(', 'x', ',', indexed('z', 'k'), ')'), given('q', indexed('z', 'k'), 'x')],
      },
    ),
    spoken: 'the negative log of the mean importance weight of K codes',
  },
  mutualInformation: { piece: row('I', '(', 'x', ';', 'z', ')'), spoken: 'the mutual information of x and z' },
  totalCorrelation: { piece: row('TC', '(', 'z', ')'), spoken: 'the total correlation of z' },
  dimensionWiseKl: {
    piece: row(
      { base: '∑', below: 'j' },
      divergence(row('q', '(', indexed('z', 'j'), ')'), row('p', '(', indexed('z', 'j'), ')')),
    ),
    spoken: 'the sum over latents of the divergence of each from the prior',
  },
  sparsity: { piece: row('Ω', '(', 'z', ')'), spoken: 'the penalty of active units' },
  contraction: {
    piece: square({ over: [row('∂', 'z'), row('∂', 'x')] }),
    spoken: 'the squared Jacobian of z with respect to x',
  },
  commitment: {
    piece: square(row('z', '−', 'sg', '(', 'e', ')')),
    spoken: 'the squared distance of z from its codebook vector, which is held still',
  },
  codebook: {
    piece: square(row('sg', '(', 'z', ')', '−', 'e')),
    spoken: 'the squared distance of the codebook vector from z, which is held still',
  },
}

/** How a term of a model is written. */
export function writtenTerm({ settings }: ModelCard, { term, symbol }: TermCard): Written {
  if (term !== 'reconstruction') return terms[term] ?? { piece: symbol, spoken: symbol }
  const entry = entryOf(settings.model)
  if (entry.isVariational) return expectedError
  const { likelihood } = settings.options
  const kind =
    typeof likelihood === 'object' && likelihood !== null && 'kind' in likelihood ? likelihood.kind : 'squaredError'
  return kind === 'squaredError' ? squaredError : error
}

/** The objective in words, for a screen reader. */
export function spokenFormula(card: ModelCard): string {
  const said = counted(card).map((term) => {
    const { spoken } = writtenTerm(card, term)
    return term.weight === 1 ? spoken : `${figure(term.weight)} times ${spoken}`
  })
  return `The loss is ${said.join(', plus ')}.`
}

/** The terms that training minimises; others are only watched. */
export const counted = ({ objective }: ModelCard): readonly TermCard[] => objective.filter(({ weight }) => weight !== 0)

/** The element of a piece. Letters are identifiers, digits numbers, everything else an operator. */
export function mathOf(piece: Piece): MathMLElement {
  if (typeof piece === 'string') {
    if (/^\d/.test(piece)) return math('mn', {}, piece)
    if (/^[\p{L}\p{M}]+$/u.test(piece)) return math('mi', {}, piece)
    return math('mo', piece === '|' || piece === '‖' ? { stretchy: 'false' } : {}, piece)
  }
  if ('row' in piece) return math('mrow', {}, ...piece.row.map(mathOf))
  if ('over' in piece) return math('mfrac', {}, ...piece.over.map(mathOf))
  const { base, below, above } = piece
  const parts = [base, below, above].flatMap((part) => (part === undefined ? [] : [mathOf(part)]))
  return math(below === undefined ? 'msup' : above === undefined ? 'msub' : 'msubsup', {}, ...parts)
}

/** What a term adds to the loss, and its share of all that is added. */
export interface Contribution {
  readonly term: string
  readonly weight: number
  readonly value: number | undefined
  /** From 0 to 1, by size. */
  readonly share: number
}

/**
 * What each term adds to the loss.
 *
 * @param card of the model
 * @param values of its terms; undefined if nothing has been measured
 */
export function contributions(
  { objective }: ModelCard,
  values: Readonly<Record<string, number>> | undefined,
): readonly Contribution[] {
  const size = ({ term, weight }: TermCard) => Math.abs(weight * (values?.[term] ?? 0))
  const sum = objective.reduce((total, term) => total + size(term), 0)
  return objective.map((each) => ({
    term: each.term,
    weight: each.weight,
    value: values?.[each.term],
    share: sum > 0 && Number.isFinite(sum) ? size(each) / sum : 0,
  }))
}
