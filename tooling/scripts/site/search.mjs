// How the search of the site ranks what it finds. It runs in the page: this is part of the page's program.

/** What names are cut into: words, and the words within a name like `latentSize`. */
const options = {
  tokenize: (/** @type {string} */ text) =>
    text
      .split(/[\s\p{P}\p{S}]+/u)
      .flatMap((word) => [word, ...(/[a-z][A-Z]/.test(word) ? word.split(/(?<=[a-z])(?=[A-Z])/) : [])])
      .filter((word) => word !== ''),
}

/** For `search.options` of VitePress. */
export const searchOptions = {
  detailedView: false,
  miniSearch: {
    options,
    searchOptions: {
      prefix: true,
      fuzzy: 0.15,
      boost: { title: 5, titles: 2, text: 1 },
      // A page that explains comes before the same name in the API, and both before the history of a decision.
      boostDocument: (/** @type {string} */ id) => (/\/decisions\//.test(id) ? 0.4 : /\/api\//.test(id) ? 0.6 : 1),
    },
  },
}
