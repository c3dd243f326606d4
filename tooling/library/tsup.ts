// How every package is built: ES module and CommonJS with their declarations, dependencies left outside.
import { writeFile } from 'node:fs/promises'
import { defineConfig, type Options } from 'tsup'

/** The build of one package. `entry` defaults to `src/index.ts`. */
export function defineLibrary(
  options: Pick<Options, 'entry' | 'onSuccess' | 'external' | 'noExternal' | 'loader'> = {},
) {
  return defineConfig({
    entry: ['src/index.ts'],
    format: ['esm', 'cjs'],
    dts: {
      // From the declarations of the other packages, which turbo has built before: quicker than from their sources.
      compilerOptions: { customConditions: [] },
      // `Symbol.dispose`, which models have, is in no library of TypeScript that a program gets by its target.
      banner: '/// <reference lib="esnext.disposable" />',
    },
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    target: 'es2022',
    esbuildOptions: (esbuild) => {
      esbuild.conditions = ['import']
    },
    plugins: [requireInCommonJs(), moduleForNode()],
    ...options,
  })
}

type Plugin = NonNullable<Options['plugins']>[number]

/**
 * In the CommonJS build, loads CommonJS by `require` where the source says `import()`: our own chunks and TensorFlow.js, which is
 * faster in Node (docs/decisions/0014-sampling.md). Other packages may be ES modules and keep their `import()`.
 */
function requireInCommonJs(): Plugin {
  return {
    name: 'require-in-commonjs',
    renderChunk(code) {
      if (this.format !== 'cjs') return undefined
      const lazy = /\bimport\((["'](?:\.\/|@tensorflow\/)[^"']+["'])\)/g
      return { code: code.replaceAll(lazy, 'Promise.resolve().then(() => require($1))') }
    },
  }
}

/**
 * Writes `dist/index.node.js`, what `import` finds in Node: the names of the CommonJS build, which it requires. See
 * docs/decisions/0014-sampling.md.
 */
function moduleForNode(): Plugin {
  let names: readonly string[] = []
  return {
    name: 'module-for-node',
    renderChunk(_, { entryPoint, exports = [] }) {
      if (this.format === 'esm' && entryPoint === 'src/index.ts') names = exports
    },
    async buildEnd() {
      if (this.format !== 'esm') return
      // Bun's bundler takes this file and follows no `createRequire`, only a plain `require`, which in Node is there in
      // CommonJS and, as a global that looks from the working folder, in `node --eval` and the REPL.
      const bundled = "typeof require === 'function' && require !== globalThis.require"
      const lines = [
        "import { createRequire } from 'node:module'",
        `const built = ${bundled} ? require('./index.cjs') : createRequire(import.meta.url)('./index.cjs')`,
        `export const { ${[...names].sort().join(', ')} } = built`,
      ]
      await writeFile('dist/index.node.js', `${lines.join('\n')}\n`)
    },
  }
}
