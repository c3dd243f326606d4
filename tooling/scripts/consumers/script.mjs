// The page without a bundler from packages/web/README.md, as printed: requests to its content delivery network are answered with
// the files of installed packages.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { firstBlock } from '../code-blocks.mjs'
import { root } from '../workspace.mjs'
import { contentType, findBrowser, serve, watch } from './browser.mjs'
import { answerMirror } from './page.mjs'
import { checkEpochs, importedPackages } from './program.mjs'
import { install } from './project.mjs'

/** @param {import('../consumers.mjs').Setting} setting */
export async function runAsScript({ folder, registry }) {
  await findBrowser()
  const page = readPage()
  await install(folder, registry, importedPackages(page))
  writeFileSync(join(folder, 'favicon.ico'), '')
  writeFileSync(join(folder, 'index.html'), page.replace(/<\/script>\s*$/, "document.title = 'ended'</script>"))
  const { address, close } = await serve(folder)
  try {
    // Without WebGL, which is slow in software: the README's line then selects `wasm`.
    const [backend, ...lines] = await watch(address, { elsewhere: answerFrom(folder), flags: ['--disable-3d-apis'] })
    if (backend !== 'wasm WebAssembly SIMD, 1 thread') throw new Error(`expected wasm to run, received ${backend}`)
    return `wasm, ${checkEpochs(page, lines)}`
  } finally {
    close()
  }
}

function readPage() {
  const page = 'packages/web/README.md'
  return firstBlock(readFileSync(join(root, page), 'utf8'), page, 'html')
}

/**
 * @param {string} folder with the packages in node_modules
 * @returns {(route: import('playwright').Route) => Promise<void>}
 */
function answerFrom(folder) {
  return async (route) => {
    const [, name, path] = /^https:\/\/cdn\.jsdelivr\.net\/npm\/(.+)@[\d.]+(\/.+)$/.exec(route.request().url()) ?? []
    if (name === undefined || path === undefined) return await answerMirror(route)
    const file = join(folder, 'node_modules', name, path)
    if (!existsSync(file)) return await route.fulfill({ status: 404 })
    await route.fulfill({
      path: file,
      contentType: contentType(path),
      headers: { 'access-control-allow-origin': '*' },
    })
  }
}
