// `pnpm run docs`: builds the documentation site into docs/.vitepress/dist. The API comes from the doc comments, by TypeDoc.
// `pnpm run docs --pages` leaves the pages of the API as they are, which is faster.
import { join } from 'node:path'
import { splitApi } from './site/api-pages.mjs'
import { deadLinks } from './site/dead-links.mjs'
import { writeErrorTexts } from './site/error-texts.mjs'
import { pageProblems } from './site/pages.mjs'
import { searchProblems } from './site/queries.mjs'
import { root, run, tool } from './workspace.mjs'

/** @param {readonly string[]} line */
async function step(line) {
  const { code } = await run(line, { echo: true })
  if (code !== 0) process.exit(code)
}

if (!process.argv.includes('--pages')) {
  await step([...tool('typedoc'), '--logLevel', 'Warn'])
  splitApi()
  writeErrorTexts()
}
await step([...tool('vitepress'), 'build', 'docs'])
const site = join(root, 'docs/.vitepress/dist')
const base = process.env.AE_DOCS_BASE ?? '/'
const problems = [
  ...deadLinks(site, base).map((link) => `dead link  ${link}`),
  ...(await searchProblems(site)),
  ...(base === '/' ? await pageProblems(site) : []),
]
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
