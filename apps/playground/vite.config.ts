// The playground as a static site, made from the packages' sources: nothing has to be built first.
import { defaultClientConditions, defineConfig } from 'vite'
import { siteData } from './build/site-data.ts'

export default defineConfig({
  base: './', // works at any path
  plugins: [siteData('page')],
  resolve: { conditions: ['@ae/source', ...defaultClientConditions] },
  worker: { format: 'es', plugins: () => [siteData('worker')] },
  build: { target: 'es2022', assetsInlineLimit: 0 }, // the content security policy allows no data: addresses
})
