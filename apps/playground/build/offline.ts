// Makes the site work offline: bundles the service worker, and tells it which files there are. Also writes the content security policy
// into the page, for hosts that cannot send headers.
import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'
import { headersOf } from './headers.ts'

/** Files that are fetched when they are needed, and then kept. */
const late = /^data\/(?!mnist-0)/

/** A plugin of Vite, for builds. */
export function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    enforce: 'post',
    transformIndexHtml: {
      order: 'pre',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: policyOfPage() },
          injectTo: 'head-prepend',
        },
        { tag: 'script', attrs: { type: 'module', src: '/src/offline/register.ts' }, injectTo: 'head' },
      ],
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = bundle['service-worker.js']
        if (worker?.type !== 'chunk') throw new Error('the build made no service worker')
        const names = Object.keys(bundle).filter(
          (name) => name !== worker.fileName && !late.test(name) && !/\.map$/.test(name),
        )
        const version = createHash('sha256')
        for (const name of names.sort()) {
          const file = bundle[name]
          version.update(name).update(file?.type === 'chunk' ? file.code : (file?.source ?? ''))
        }
        worker.code = worker.code
          .replace('__FILES__', JSON.stringify(names))
          .replace('__VERSION__', JSON.stringify(version.digest('hex').slice(0, 12)))
      },
    },
  }
}

/** What a page may say itself: who may frame it is for the server to say. */
function policyOfPage(): string {
  const policy = headersOf('/')['Content-Security-Policy'] ?? ''
  return policy.replace(/; frame-ancestors [^;]+/, '')
}
