// `pnpm run docs`: builds the documentation site into docs/.vitepress/dist. The API comes from the doc comments, by TypeDoc.
// `pnpm run docs --pages` leaves the pages of the API as they are, which is faster.
import { join } from 'node:path'
import { splitApi } from './site/api-pages.mjs'
import { deadLinks } from './site/dead-links.mjs'
import { writeErrorTexts } from './site/error-texts.mjs'
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
const dead = deadLinks(join(root, 'docs/.vitepress/dist'), process.env.AE_DOCS_BASE ?? '/')
for (const link of dead) console.error(`dead link  ${link}`)
process.exitCode = dead.length === 0 ? 0 : 1
