// The service worker: answers from its cache, so that the page works offline after it was loaded once. A new version of the site is
// fetched as a whole and taken when no tab has the old one: files of two versions never meet.

/** What the build puts in: the files of this version, and its name. */
declare const __FILES__: readonly string[]
declare const __VERSION__: string

/** The part of a service worker's scope that is used here: the types of the DOM have none. */
interface Scope {
  readonly registration: { readonly scope: string }
  readonly clients: { claim(): Promise<void> }
  addEventListener(
    type: 'install' | 'activate',
    listener: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void
  addEventListener(
    type: 'fetch',
    listener: (event: { readonly request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void
}

const worker = self as unknown as Scope

const site = `site-${__VERSION__}`

/** Data is the same in every version. */
const data = 'data'

worker.addEventListener('install', (event) => {
  event.waitUntil(caches.open(site).then((cache) => cache.addAll(__FILES__.map((file) => `./${file}`))))
})

worker.addEventListener('activate', (event) => {
  const removeOld = async () => {
    const names = await caches.keys()
    await Promise.all(names.filter((name) => name !== site && name !== data).map((name) => caches.delete(name)))
    await worker.clients.claim()
  }
  event.waitUntil(removeOld())
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const isOwn = request.url.startsWith(worker.registration.scope)
  if (request.method === 'GET' && isOwn) event.respondWith(answerTo(request))
})

async function answerTo(request: Request): Promise<Response> {
  const isPage = request.mode === 'navigate'
  const address = isPage ? new URL('./index.html', worker.registration.scope).href : request.url
  const kept = await caches.match(address, { ignoreSearch: true })
  if (kept !== undefined) return isolated(kept)
  const answer = await fetch(request)
  if (answer.ok && /\/data\/[^/]+\.bin$/.test(new URL(address).pathname)) {
    await (await caches.open(data)).put(address, answer.clone())
  }
  return isolated(answer)
}

/** With the headers of an isolated page, for hosts that cannot send them: WebAssembly may then use threads. */
function isolated(answer: Response): Response {
  const headers = new Headers(answer.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers })
}
