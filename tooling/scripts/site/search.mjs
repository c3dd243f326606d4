// How the search of the site ranks what it finds. It runs in the page, and in the test of the search.

/** For `searchOptions` of MiniSearch: a page that explains comes before the same name in the API, and both before old decisions. */
export const ranking = {
  prefix: true,
  fuzzy: 0.15,
  boost: { title: 5, titles: 2, text: 1 },
  /** @param {string} id the path of a page and a heading */
  boostDocument: (id) => (id.includes('/decisions/') ? 0.4 : id.includes('/api/') ? 0.6 : 1),
}
