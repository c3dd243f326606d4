// The tables of models in the READMEs are generated: each is what `ae models --json` gives now.
import { outdatedPages } from '../model-tables.mjs'

/** @type {import('../checks.mjs').Check} */
export async function models() {
  const pages = await outdatedPages()
  return pages.map(({ page }) => `The table of models in ${page} is out of date: node tooling/scripts/model-tables.mjs`)
}
