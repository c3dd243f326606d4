// What newcomers type into the search of the site, and which pages must be among the first three.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { root } from '../workspace.mjs'
import { ranking } from './search.mjs'

/** @type {Readonly<Record<string, RegExp>>} a query, and the path of a page that answers it */
const queries = {
  install: /^start\/|^getting-started/,
  'train on my own pictures': /^guides\/pictures/,
  'csv file': /^guides\/table|^api\/datasets\/tables|^formats/,
  'web worker': /^start\/worker|^concepts\/workers/,
  'save and load a model': /^getting-started|^api\/core\/saving|^packages\/core/,
  'pytorch weights': /^guides\/(from|to)-pytorch/,
  'export to onnx': /^guides\/to-onnx/,
  'loss is nan': /^training|^errors\/TrainingDiverged/,
  'memory leak': /^concepts\/memory/,
  'beta vae': /^guides\/(vae|beta-tc-vae)/,
  'anomaly detection': /^guides\/anomaly-detection/,
  'early stopping': /^training/,
  'cuda gpu': /^start\/cuda|^packages\/node-gpu/,
  reproducible: /^concepts\/randomness/,
  'tensorboard logs': /^guides\/logs|^training|^packages\/logs/,
  vqVae: /^guides\/vq-vae|^api\/models\/models/,
  'train has no option epoch': /^errors/,
  'received data that is not a data set': /^errors/,
  'rest api http server': /^server|^start\/server/,
  express: /^recipes\/express/,
  'use in react': /^recipes\/react/,
  'small bundle size': /^recipes\/small-sampler|^concepts\/bundlers/,
  keras: /^guides\/from-keras|^coming-from/,
}

/** @param {string} site the built site @returns {Promise<string[]>} a line for each query without its page */
export async function searchProblems(site) {
  const search = await indexOf(site)
  return Object.entries(queries).flatMap(([query, wanted]) => {
    const found = [...new Set(search(query).map((id) => id.replace(/^\//, '').replace(/\.html.*$/, '')))].slice(0, 3)
    return found.some((page) => wanted.test(page))
      ? []
      : [`search  "${query}" finds ${found.join(', ') || 'nothing'}, not ${wanted}`]
  })
}

/**
 * The search as the page runs it: VPLocalSearchBox of VitePress 1.6.
 *
 * @param {string} site
 * @returns {Promise<(query: string) => string[]>}
 */
async function indexOf(site) {
  const chunks = join(site, 'assets/chunks')
  const name = readdirSync(chunks).find((file) => file.startsWith('@localSearchIndexroot'))
  const { default: text } = await import(join(chunks, name ?? ''))
  const vitepress = createRequire(join(root, 'package.json')).resolve('vitepress/package.json')
  const { default: MiniSearch } = await import(createRequire(vitepress).resolve('minisearch'))
  const index = MiniSearch.loadJSON(text, {
    fields: ['title', 'titles', 'text'],
    storeFields: ['title', 'titles'],
    searchOptions: ranking,
  })
  return (query) =>
    index
      .search(query)
      .slice(0, 16)
      .map((/** @type {{ id: string }} */ { id }) => id)
}
