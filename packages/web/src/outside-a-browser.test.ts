// What @ae/web says in Node, where it can be imported and does nothing.
import { expect, test } from 'vitest'
import { download, indexedDb, opfs, serveTraining, wasm } from './index.ts'
import { tinyKind } from './testing/tiny-kind.ts'

const errorOf = (promise: Promise<unknown>) => promise.then(() => undefined, String)

test('the stores of a browser say that they are elsewhere', async () => {
  expect(await errorOf(opfs('a').write(new Uint8Array(3)))).toMatchInlineSnapshot(`
    "WeightsError: \`opfs\` cannot write a: it works only in a browser, in pages loaded over https; what was there before is unchanged.

    Needed: 3 bytes
    Reason: there is no private file system here
    Fix:    in a page keep the model in indexedDb(key) instead; in Node use file(path) of @ae/core"
  `)
  expect(await errorOf(opfs('a').read())).toContain('there is no private file system here')
  expect(await errorOf(indexedDb('a').write(new Uint8Array(3)))).toMatchInlineSnapshot(`
    "WeightsError: \`indexedDb\` cannot write a: the browser refused; what was there before is unchanged.

    Needed: 3 bytes
    Reason: there is no IndexedDB here
    Fix:    allow the site to store data; private windows may not; in Node use file(path) of @ae/core"
  `)
  expect(await errorOf(indexedDb('a').read())).toContain('there is no IndexedDB here')
  expect(await errorOf(download('a').write(new Uint8Array(3)))).toMatchInlineSnapshot(`
    "WeightsError: \`download\` cannot write a: it works in a page only.

    Fix: in a Worker use opfs(path) or indexedDb(key); in Node use file(path) of @ae/core"
  `)
})

test('serveTraining refuses to serve outside a worker, and options that are missing', () => {
  expect(() => serveTraining({ models: [tinyKind], backends: [wasm] })).toThrowErrorMatchingInlineSnapshot(`
    [AutoencoderError: \`serveTraining\` works in a dedicated Worker only.

    Fix: call it in a file of its own, which the page starts: new Worker(new URL("./training-worker.ts", import.meta.url), { type: "module" })]
  `)
  expect(() => serveTraining({ models: [tinyKind] } as never)).toThrowErrorMatchingInlineSnapshot(`
    [OptionError: \`serveTraining\` needs the option \`backends\`.

    Expected: backends in a list, at least one
    Received: undefined
    Fix:      pass backends]
  `)
})
