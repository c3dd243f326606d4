// Long sums in GLSL.

/**
 * GLSL that adds up terms: first in blocks of 32, then the blocks, so that the error grows with the root of their number.
 *
 * @param count how many
 * @param term GLSL that adds the term of `int i` to `vec4 sum`
 * @returns statements that leave the total in `vec4 total`
 */
export function longSum(count: number, term: string): string {
  const [blocks, rest] = [Math.floor(count / 32), count % 32]
  const block = (length: number, i: string) =>
    `sum = vec4(0); for (int j = 0; j < ${length}; j++) { int i = ${i}; ${term} } total += sum;`
  return `
    vec4 total = vec4(0);
    vec4 sum;
    ${blocks === 0 ? '' : `for (int b = 0; b < ${blocks}; b++) { ${block(32, '32 * b + j')} }`}
    ${rest === 0 ? '' : block(rest, `${32 * blocks} + j`)}`
}
