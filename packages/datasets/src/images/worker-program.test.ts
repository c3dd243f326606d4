import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { expect, test } from 'vitest'

const fileAt = (name: string) => fileURLToPath(new URL(name, import.meta.url))

// `--update` writes the file that this compares with: pnpm --filter @ae/datasets bundle
test('the program of the decoding threads is what decoding/worker.ts and its imports bundle to', async () => {
  const { outputFiles } = await build({
    entryPoints: [fileAt('decoding/worker.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    legalComments: 'none',
    plugins: [partsOfCore],
    write: false,
  })
  const program = outputFiles[0]?.text.trim() ?? ''
  const text = `// Bundled from decoding/worker.ts by \`pnpm --filter @ae/datasets bundle\`: a text, so that no bundler has to find a file.
export const workerProgram =
  ${quoted(program)}
`
  await expect(text).toMatchFileSnapshot('worker-program.ts')
})

/** What decoding uses of core, without the parts that would bring TensorFlow.js along. */
const partsOfCore: Plugin = {
  name: 'parts-of-core',
  setup({ onResolve, onLoad }) {
    const contents = "export * from './platform.ts'; export { crc32 } from './files/crc32.ts'"
    onResolve({ filter: /^@ae\/core\/internal$/ }, ({ path }) => ({ path, namespace: 'core' }))
    onLoad({ filter: /./, namespace: 'core' }, () => ({ contents, resolveDir: fileAt('../../../core/src') }))
  },
}

/** As a literal in the form that the formatter wants. */
function quoted(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('${', '\\x24{')
  return `'${escaped}'`
}
