// The site: every page of docs/, the README of every package, and the pages of the API. `pnpm run docs` builds it.
import { join } from 'node:path'
import { defineConfig } from 'vitepress'
import { stylesAsClasses } from '../../tooling/scripts/site/code-styles.mjs'
import { finish } from '../../tooling/scripts/site/finish.mjs'
import { linksOfTheRepository } from '../../tooling/scripts/site/links.mjs'
import { apiSidebar, sidebar } from '../../tooling/scripts/site/navigation.mjs'
import { anchorOf, excluded, routeOf } from '../../tooling/scripts/site/routes.mjs'
import { root } from '../../tooling/scripts/workspace.mjs'

const base = process.env.AE_DOCS_BASE ?? '/'

export default defineConfig({
  base,
  srcDir: root,
  srcExclude: excluded,
  outDir: join(root, 'docs/.vitepress/dist'),
  cacheDir: join(root, 'node_modules/.cache/vitepress'),
  rewrites: routeOf,
  lang: 'en',
  title: '@ae',
  titleTemplate: ':title | @ae',
  description: 'Autoencoders and VAEs in TypeScript: train, sample and evaluate in Node and in the browser.',
  head: [
    ['link', { rel: 'icon', href: `${base}icon.svg`, type: 'image/svg+xml' }],
    ['link', { rel: 'stylesheet', href: `${base}assets/code.css` }],
    ['meta', { name: 'color-scheme', content: 'light dark' }],
  ],
  markdown: {
    config: (md) => linksOfTheRepository(md, base),
    codeTransformers: [stylesAsClasses],
    image: { lazyLoading: true },
    anchor: { slugify: anchorOf },
  },
  metaChunk: true,
  themeConfig: {
    logo: '/icon.svg',
    siteTitle: '@ae',
    nav: [
      { text: 'Start', link: '/getting-started' },
      { text: 'Models', link: '/guides/vae' },
      { text: 'Playground', link: '/playground' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: { '/api/': apiSidebar(), '/packages/': apiSidebar(), '/': sidebar() },
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    docFooter: { prev: 'Before', next: 'Next' },
    externalLinkIcon: true,
  },
  buildEnd: finish,
  vite: {
    publicDir: join(root, 'docs/.vitepress/public'),
    build: { chunkSizeWarningLimit: 4000 },
  },
})
