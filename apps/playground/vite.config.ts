// The playground as a static site, made from the packages' sources: nothing has to be built first.
import { defaultClientConditions, defineConfig, type PreviewServer } from 'vite'
import { headersOf } from './build/headers.ts'
import { offline } from './build/offline.ts'
import { siteData } from './build/site-data.ts'

/** `vite preview` serves with the headers of a deployed site. */
const deployedHeaders = {
  name: 'deployed-headers',
  configurePreviewServer({ middlewares }: PreviewServer) {
    middlewares.use((request, answer, next) => {
      for (const [name, value] of Object.entries(headersOf(request.url ?? '/'))) answer.setHeader(name, value)
      next()
    })
  },
}

export default defineConfig({
  base: './', // works at any path
  plugins: [siteData('page'), offline(), deployedHeaders],
  resolve: { conditions: ['@ae/source', ...defaultClientConditions] },
  worker: { format: 'es', plugins: () => [siteData('worker')] },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0, // the content security policy allows no data: scripts
    rollupOptions: {
      input: { index: 'index.html', 'service-worker': 'src/offline/service-worker.ts' },
      output: {
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
