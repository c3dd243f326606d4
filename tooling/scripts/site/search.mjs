// How the search of the site ranks what it finds. It runs in the page, and in the check of the search (queries.mjs).

const small = new Set(
  'a an and are as at be by can do does for from has have how i in into is it its my not of on or that the this to with'.split(
    ' ',
  ),
)

/**
 * Pages that explain, before those that list.
 *
 * @type {readonly (readonly [pages: RegExp, weight: number])[]}
 */
const weights = [
  [/\/decisions\//, 0.3],
  [/\/api\/|\/errors\/|\/benchmarks|\/backends|\/contributing|\/findings/, 0.5],
  [/\/(start|guides|concepts)\/|\/getting-started/, 1.6],
]

/** For `searchOptions` of MiniSearch. */
export const ranking = {
  prefix: true,
  fuzzy: 0.15,
  boost: { title: 5, titles: 2, text: 1 },
  /** @param {string} term */
  processTerm: (term) => (small.has(term.toLowerCase()) ? null : term.toLowerCase()),
  /** @param {string} id the path of a page and a heading */
  boostDocument: (id) => weights.find(([pages]) => pages.test(id))?.[1] ?? 1,
}
