// What the terms of objectives are called, and what they mean, in words.

/** A term of an objective in words. */
export interface TermMeaning {
  readonly name: string
  /** What it measures and where it pulls, in a sentence. */
  readonly meaning: string
}

const meanings: Readonly<Record<string, TermMeaning>> = {
  total: { name: 'Total', meaning: 'What training minimises: the terms, each times its weight.' },
  reconstruction: {
    name: 'Reconstruction',
    meaning: 'How badly the decoder redraws the picture from its code. It pulls codes of different pictures apart.',
  },
  kl: {
    name: 'Divergence',
    meaning: 'How far the code of a picture lies from the prior, a round cloud around 0. It pulls all codes together.',
  },
  bound: {
    name: 'Bound',
    meaning: 'A tighter bound on how unlikely the picture is, from several codes at once.',
  },
  mutualInformation: { name: 'Mutual information', meaning: 'How much a code says of its picture.' },
  totalCorrelation: {
    name: 'Total correlation',
    meaning: 'How much the latents say of one another. A high weight makes each of them stand alone.',
  },
  dimensionWiseKl: { name: 'Divergence by latent', meaning: 'How far each latent on its own lies from the prior.' },
  sparsity: { name: 'Sparsity', meaning: 'How many units of the code are active. It keeps most of them silent.' },
  contraction: {
    name: 'Contraction',
    meaning: 'How much the code moves when the picture changes a little. It makes the encoder steady.',
  },
  commitment: {
    name: 'Commitment',
    meaning: 'How far the encoder is from the codebook vectors that stand for its output. It keeps the two together.',
  },
  codebook: {
    name: 'Codebook',
    meaning: 'How far the codebook vectors are from the encoder outputs that they stand for. It moves the vectors.',
  },
  perplexity: {
    name: 'Perplexity',
    meaning: 'How many vectors of the codebook are in use. It is watched, not minimised.',
  },
}

/** A term in words; by its own name, if it is not known. */
export const meaningOf = (term: string): TermMeaning =>
  meanings[term] ?? {
    name: term
      .replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)
      .replace(/^./, (letter) => letter.toUpperCase()),
    meaning: 'A term of this model.',
  }
