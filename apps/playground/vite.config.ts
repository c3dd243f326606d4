// The playground as a static site, made from the packages' sources: nothing has to be built first.
import { defaultClientConditions, defineConfig } from 'vite'

export default defineConfig({
  base: './', // works at any path
  resolve: { conditions: ['@ae/source', ...defaultClientConditions] },
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0 }, // a strict content security policy allows no data: scripts
})
